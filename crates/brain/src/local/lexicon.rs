//! Word lists of the offline brain. Names are weak evidence: how a sentence is built counts for more (A10).

use crate::times::phrase::without_prefixes;
use std::collections::HashSet;
use std::sync::LazyLock;

type Words = LazyLock<HashSet<&'static str>>;

/// First names in Hebrew script.
static HEBREW_NAMES: Words = LazyLock::new(|| {
    "אבי אבנר אברהם אביגיל אביב אבישי אביטל אבשלום אדם אדי אהוד אהרון אודי אודליה אופיר אופק אורי אורית אורלי אורן אושרת אור אורנה אייל איילת אילן אילנה איציק איתי איתן איתמר אלון אלונה אלי אליהו אליאב אלה אלכס אלכסנדר אלמוג אלעד אמיר אמיתי אמנון אנה אנטון אסנת אסף אסתר אפרת אריאל אריה אריק ארז אתי \
     בועז בוריס בן בני בנימין ברוך ברק ברכה בת-אל בתיה גבי גבריאל גדי גיא גיל גילה גלי גלית גלעד גל גדעון גאולה דבורה דביר דגן דוד דודו דורון דורית דור דין דינה דליה דן דנה דני דניאל דניאלה דפנה דקלה דרור הדס הדר הלל הילה הראל ורד ויקי ולדימיר זאב זהבה זיו זוהר חגי חגית חוה חיים חן חנה חנן חני חיה טובה טל טלי טליה טניה תום טום יאיר יאנה יהודה יהודית יהונתן יובל יואב יואל יונית יוחאי יוכבד יוליה יונתן יונה יוסי יוסף יורם ים ינון יניב יעל יעקב יפעת יפה יצחק ירדן ירון ישי ישראל כוכבה כפיר כרמל כרמית לאה לב ליאור ליאורה ליאת לידור לידיה ליהי ליה לילך לימור לינוי ליטל לירון לירז לריסה מאור מאיה מאיר מאיה מאי מוטי מור מורן מיכאל מיכל מיטל מיכה מייקל מירב מירי מרב מרים מרינה מרק משה מתן מתי נאור נגה נדב נוגה נוה נועה נועם נורית ניב נילי נימרוד נמרוד ניצן ניר ניסים נסים נירית נטע נטלי נטליה נעה נעמה נעמי נפתלי נריה נתן נתנאל נחום נחמה סבטלנה סופיה סיגל סיגלית סיון סימה סמדר סער סרגיי ספיר עדי עדינה עדן עוז עוזי עומר עומרי עופר עופרה עידו עידן עינב עינת עמית עמיר עמוס עמי ענבל ענבר ענת ערן עליזה עפרה פאדי פאטמה פולינה פיני פנינה צבי צביה ציון ציפי צביקה קובי קטיה קרן קרין ראובן ראם ראומה רבקה רועי רוני רונן רון רונה רונית רותי רות רותם רווית רויטל רז רוזה רוית רחל רינה רינת רמי רן רעות רפי רפאל רביד רחמים שגית שגיא שאול שגיב שולה שולמית שושנה שי שיר שירה שירי שירן שירלי שלום שלומי שלומית שלמה שמואל שמוליק שמעון שמרית שני שקד שרה שרון שרית שרונה שחר שליו תומר תמי תמיר תמר תהילה תהל תאיר תום ז'קלין ז'אן ג'ני ג'ורג' ג'ני צ'רלי מוחמד מחמוד אחמד עלי סמיר סמירה חאלד יוסוף איברהים עבד נאדיה רנא רניה מונא לינא סאמי עאדל ג'מיל ראמי וליד נור ליילא פאטימה אולג איגור אירינה ויקטור ויקטוריה דמיטרי יבגני לודמילה מקסים נטשה סשה אלינה אולגה יוליה ולרי גליה פטר פיטר ג'ון דיוויד ג'יימס מיה ליאן אגם רומי לביא ארבל אריאלה אורטל אושר אסי אבירם אביתר אהובה אילת דודי דורין הודיה זהר חזי חיליק יגאל יואש כליל לוסי מזל מיקי מישל נוי סיון עדית צחי קארין רביב רותי שלי שמחה תקווה תאמר עזרא עובדיה מעיין עלמה ליה איה אמילי אופל נויה אורין פנחס זלמן מנחם מנדי שייע חיה-מושקא תאיר יהלי אלישבע צילה מתניה עומרית ישעיהו אלחנן שמחה רבקי מרדכי גולן הדסה אנאל אביה נריה"
        .split_whitespace()
        .collect()
});

/// Family names in Hebrew script.
static HEBREW_SURNAMES: Words = LazyLock::new(|| {
    "ורדי וייס ויינר וינברג ויצמן וולף ורטהיים וסרמן וינטר ויסמן ויזל וענונו כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי בן-דוד בן אדרי לוין טל קליין חן שפירא חזן משה אשכנזי אוחנה סגל גולן יצחק בר מור שגב גולדשטיין רוזנברג רוזן וקנין אלבז סויסה הרוש ממן יעקב חיים נחום מנצור שלום קורן ששון ברק ויס שוורץ שחר אלון פלד רביבו שטרן גרינברג גולדברג פישר רוזנטל פינטו אסולין בוזגלו דיין לביא חיון טולדנו סעדה עזרא צור הלוי אורן ארד אביב זוהר שמש שרון שלו רז גל נוי ברגר וינר וולף הורוביץ קפלן שניידר מילר ליבוביץ פולק אפשטיין ברנשטיין רביע אבו עלי חסן סלים ח'ורי זועבי נסאר עיסא ג'בארין אבוטבול אילוז אסרף בוחבוט זגורי זכאי יפה כרמי לחמי סבג סופר עובדיה עטיה צרפתי קדוש רוט רחמים שמעוני תורג'מן"
        .split_whitespace()
        .collect()
});

/// Hebrew first names in Latin letters.
static LATIN_HEBREW_NAMES: Words = LazyLock::new(|| {
    "avi avner avraham abigail avigail aviv avital adi adam ehud aharon odelia ofir ofek ori orit orly orli oren orna or eyal ayelet ilan ilana itzik itay itai eitan etan itamar alon alona eli eliyahu ella elad amir amit amnon anat asnat osnat asaf assaf esther efrat ariel arik erez boaz benny ben binyamin baruch barak batya gabi gadi guy gil gila gali galit gilad gal gideon dvir david dudu doron dorit dor dina dalia dan dana dani danny daniel daniela dafna dikla dror hadas hadar hila harel vered ziv zohar zehava hagai hagit chaim haim chen hen hana hanna hanan tal tali talia tom yair yehuda yehudit yonatan yuval yoav yoel yona yossi yosi yosef yoram yaniv yael yaakov yifat yitzhak yarden yaron yishai israel kfir carmel karmit lea leah lior liora liat lidor lihi lilach limor linoy lital liron liraz maor maya meir moti mor moran michael michal mital miri merav mirav miriam marina moshe matan mati naor nadav noga noa noah noam nurit niv nili nimrod nitzan nir nissim neta natali natalie naama naomi naftali natan netanel svetlana sofia sigal sivan sima smadar saar sergey sapir idan ido inbal inbar einat einav omer omri ofer ofra uzi eran aliza fadi pnina zvi tzvi zion tzipi kobi katya keren reuven rivka roi roy roni ronen ron ronit ruti rut rotem ravit revital raz rosa rachel rahel rina rinat rami ran reut rafi shagit sagi shaul shula shoshana shay shai shir shira shiri shiran shlomi shlomit shlomo shmuel shimon shani shaked sara sarah sharon sarit shachar shahar tomer tami tamir tamar tehila muhammad mohamed ahmed samir yusuf dima igor oleg olga irina"
        .split_whitespace()
        .collect()
});

/// English first names.
static ENGLISH_NAMES: Words = LazyLock::new(|| {
    "james john robert michael william david richard joseph thomas charles chris christopher daniel matthew matt anthony mark donald steven steve paul andrew andy joshua josh kenneth ken kevin kev brian george timothy tim ronald edward ed jason jeffrey jeff ryan jacob jake gary nicholas nick eric jonathan jon stephen larry justin scott brandon benjamin ben samuel sam gregory greg alexander alex frank patrick pat raymond ray jack dennis jerry tyler aaron jose adam nathan henry harry zachary zach peter pete kyle noah ethan oliver ollie liam lucas mason logan leo oscar max toby simon stuart graham ian neil martin keith nigel trevor colin craig darren dean lee luke callum connor declan mary patricia jennifer jen jenny linda elizabeth liz beth barbara susan sue jessica jess sarah karen lisa nancy betty sandra margaret ashley kimberly kim emily donna michelle carol amanda mandy melissa deborah debbie stephanie steph rebecca becky sharon laura cynthia kathleen kate katie katherine amy angela anna ann anne emma nicole helen samantha christine chris catherine cath rachel janet maria heather diane julie joyce victoria vicky kelly christina lauren joan evelyn olivia judith megan meg cheryl martha andrea frances hannah jacqueline jackie gloria jean alice ali grace ella chloe lucy sophie sophia charlotte mia amelia isla ruby lily zoe claire clare fiona tracy tracey joanne jo gemma natalie natasha tom tommy dan danny mike bob bobby bill billy jim jimmy joe joey tony terry priya raj ravi anil sanjay amit neha fatima aisha omar hassan ahmed mohammed muhammad ali yusuf chen wei ling olu tunde ngozi kwame maya nina eva rosa carlos juan pedro luis elena sofia hugo felix finn rory niamh aoife sean siobhan bruno marco luca giulia pierre"
        .split_whitespace()
        .collect()
});

/// Words that are no names wherever they stand: function words, greetings, states, verbs, times, trades.
static NO_NAMES: Words = LazyLock::new(|| {
    "אני את אתה אתם אתן הוא היא הם הן אנחנו אנו זה זאת זו אלה לי לך לו לה לנו לכם אותי אותו אותה אותך אותנו אותם אליי אלי אליכם אלינו אליך אליו שלי שלך שלו שלה שלנו שלכם של עם על אל מן כי אם או גם רק עוד כבר לא אין יש היה הייתי היתה הייתה היו יהיה כן אבל אז כאן פה שם מה מי למה מתי איך איפה כמה איזה מאיפה בשביל בגלל כדי כמו כל כולם הכל משהו מישהו מישהי אחד אחת יותר פחות מאוד ממש קצת הרבה לגבי בקשר בנוגע בעניין דרך \
     היי הי הלו שלום אהלן בוקר ערב צהריים לילה טוב טובה תודה רבה בבקשה סליחה אוקיי אוקי סבבה בסדר מצוין יופי נהדר מעולה אחלה נעים מאד ברכה וברכה חחח חח אחי אחותי גבר מותק חבר תגידו תגיד תקשיב תקשיבו תשמעו תראו נו וואלה יאללה ביי להתראות להת \
     צריך צריכה צריכים רוצה רוצים רציתי מחפש מחפשת מחפשים מעוניין מעוניינת מבקש מבקשת אשמח אפשר יכול יכולה יכולים יודע יודעת חושב חושבת מבין מבינה זוכר גר גרה גרים עובד עובדת לומד לומדת נוסע נוסעת נוהג נוהגת מחכה מתקשר מתקשרת התקשרתי פניתי כותב כותבת שואל שואלת בא באה הולך הולכת מגיע מגיעה נמצא נמצאת מדבר מדברת מדברים רגע דקה שנייה חכה חכו מעדיף מעדיפה עדיף דחוף מהר עכשיו מחר היום אתמול מחרתיים הערב הבוקר אחרי לפני בערך תמיד \
     עייף עייפה עסוק עסוקה פנוי פנויה זמין זמינה חולה בטוח בטוחה מרוצה כועס כועסת עצבני עצבנית שמח מוטרד מוטרדת לחוץ לחוצה מתוסכל מתוסכלת נואש נואשת אובד אובדת נכה עיוור חירש חירשת בהיריון רווק רווקה נשוי נשואה גרוש גרושה אלמנה סטודנט סטודנטית חייל חיילת פנסיונר תושב לקוח לקוחה דייר דיירת בעלים הבעלים בעל בעלת מנהל מנהלת אמא אבא אימא סבתא סבא אח אחות בעלי אשתי הבן הבת ילד ילדה הורה אגב כלומר שכן שכנה חדש חדשה מוכן מוכנה דווקא כרגע לבד בדרך בבית בעבודה בחוץ ליד אצל אחר אחרת חשוב משנה סתם בדיקה טסט בוט רובוט נציג אנונימי אנונימית פלוני כלום שוב \
     חשמלאי אינסטלטור שיפוצניק מנעולן מזגן מזגנים טכנאי מוסך נגר גנן צבע קבלן מסגר מובילים הובלה הובלות ניקיון חברת חברה עסק משרד חנות מסעדה מרפאה דירה דירות בית רכב תיקון התקנה הצעת מחיר תור פגישה שיעור נזילה סתימה רטיבות מספר טלפון שירות בעיה עזרה טעות הודעה הודעות ווטסאפ וואטסאפ מייל סמס פרטים \
     i you he she it we they me him her us them my your his our their this that these those a an the and or but if so because of for to from in on at by with about after before around between until as is am are was were be been being do does did have has had can could will would should may might must not no yes yeah yep ok okay sure please thanks thank hi hello hey hiya morning afternoon evening good great fine sorry bye cheers dear \
     who what when where why how which there here just only also too very really still again now later soon today tomorrow tonight yesterday asap urgent urgently interested looking calling texting writing ringing trying waiting going coming getting having needing wanting hoping wondering busy tired free available sick ill sad happy angry worried sure unsure ready driving working sleeping eating cooking parking running late early fine well alone home away out back done lost stuck locked deaf pregnant disabled married single new old fully completely so not none never none nothing nobody someone anyone everyone anonymous admin system administrator user bot robot human person agent manager owner customer client tenant landlord landlady neighbour neighbor student teacher mum mom dad mother father husband wife son daughter brother sister friend \
     need want would like help fix repair quote price cost plumber electrician boiler leak booking appointment delivery company ltd message text call phone number email whatsapp sms me regarding regards kind best test testing stop start unsubscribe private confidential secret his hers whatever whoever none doesnt doesn't isn't isnt dont don't didn't cant can't wont won't i'm im it's its that's what's your's ours \
     ani ata at atem anachnu hu hi ze zot li lecha lach lanu lachem oti otcha sheli shelcha shel im al el ki o gam rak od kvar lo ein yesh haya hayiti ken aval az kan po sham ma mi lama matay matai eich eifo kama eize bishvil kol hakol mashehu mishehu yoter pachot meod mamash shalom hey hay ahlan boker erev tov toda raba bevakasha slicha sababa beseder metzuyan yofi achi tzarich tsarich tzricha tsricha tzrichim zarich rotze rotza ratziti mechapes mechapeset meunyan meunyenet efshar yachol yechola gar gara oved ovedet medaber medaberet rega daka maadif maadifa adif dachuf maher achshav akshav machar mahar hayom etmol acharey lifney ayef ayefa asuk asuka panuy pnuya chole chola batuach babayit baavoda ba'avoda bederech nohag noheget mekava mevin mevina yodea yodaat tov beseder chashmalai instalator shiputznik mazgan dira tikun hatzaa mechir bakasha \
     تعبان تعبانة مشغول مشغولة مريض مش ما بدي عايز عايزة محتاج محتاجة من في هون هلق كمان ساكن ساكنة صاحب جاي رايح بعرف اريد أريد زعلان \
     устал устала занят занята не хочу хотел хотела ищу болею дома еду работаю живу из могу буду уже была был звонил звонила по вам вас"
        .split_whitespace()
        .collect()
});

/// How sure a word is a first name by itself.
pub(super) fn is_first_name(word: &str) -> bool {
    HEBREW_NAMES.contains(word) || LATIN_HEBREW_NAMES.contains(word) || ENGLISH_NAMES.contains(word)
}

/// A known family name.
pub(super) fn is_surname(word: &str) -> bool {
    HEBREW_SURNAMES.contains(word) || is_first_name(word)
}

/// A word that is no name.
pub(super) fn is_no_name(word: &str) -> bool {
    if NO_NAMES.contains(word) {
        return true;
    }
    if is_first_name(word) || is_surname(word) {
        return false;
    }
    let bare = without_prefixes(word).filter(|_| word.starts_with(['ו', 'ש'])).any(|rest| NO_NAMES.contains(rest));
    let ending =
        word.is_ascii() && word.len() > 5 && (word.ends_with("ing") || word.ends_with("ed") || word.ends_with("ly"));
    bare || ending
}

/// A first name in Hebrew letters or a Latin name, as opposed to a plain word, that is also a common word.
pub(super) fn is_common_word(word: &str) -> bool {
    matches!(
        word,
        "אור"
            | "טל"
            | "שיר"
            | "גל"
            | "ים"
            | "בן"
            | "חן"
            | "שלום"
            | "אביב"
            | "בר"
            | "שני"
            | "נור"
            | "לב"
            | "זוהר"
            | "שרון"
            | "עוז"
            | "מזל"
            | "שמחה"
            | "תקווה"
            | "דין"
            | "אדם"
            | "צור"
            | "מור"
            | "רון"
            | "קרן"
            | "רז"
            | "or"
            | "ben"
            | "mark"
            | "pat"
            | "rose"
            | "will"
            | "grace"
            | "may"
            | "jack"
            | "ray"
            | "dean"
            | "bill"
            | "sue"
            | "tom"
            | "gal"
            | "tal"
            | "mor"
    )
}

/// Words that carry no meaning of their own when we ask whether a clause says something.
static FUNCTION_WORDS: Words = LazyLock::new(|| {
    "אני את אתה אתם אתן הוא היא הם זה זאת זו לי לך לו לה לנו לכם אותי אותו אליי אלי אליכם שלי שלך שלנו שלכם של עם על אל כי אם או גם רק עוד כבר לא יש כן אבל אז כאן פה שם מה מי למה מתי איך איפה בשביל כמו כל הכל משהו מישהו יותר מאוד ממש קצת לגבי בקשר ב ל מ ה ו ש כ אפשר בבקשה תודה היי הי שלום אם טוב נא אולי בטח ככה אממ אמממ אהה חחח חח חחחחח הזה הזאת לכן תכלס בעצם דווקא בדיוק כלום פשוט סתם בערך הי אחי נו יאללה וואלה \
     i you he she it we they me my your this that a an the and or but if so because of for to from in on at by with about after before around between until as is am are was were be do does did have has can could will would not no yes please thanks thank hi hello hey ok okay just also too very i'm im it's its i'd i'll u ur pls plz there here mate guys nothing something someone anything \
     ani ata at atem hu hi ze zot li lecha lanu oti sheli shel im al o gam rak od kvar lo yesh ken aval az kan po ma shalom hey toda bevakasha be le me ha ve"
        .split_whitespace()
        .collect()
});

/// Whether a word has no meaning of its own.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.contains(word)
        || (word.chars().count() > 2 && word.chars().all(|c| matches!(c, 'ח' | 'ה' | 'h' | 'a')))
}
