//! How we try it: TestApp, fake clock, faults, kill -9 harness, benchmarks.
