// What the texts of each locale must and must not contain. The terms of each language: docs/glossaries.

/** A pattern that matches any of these as a whole word, in any script. */
const words = (list) => new RegExp(`(?<![\\p{L}\\p{M}])(?:${list})(?![\\p{L}\\p{M}])`, 'iu');

/** The keys of these names as a pattern. */
const keys = (list) => new RegExp(`^(?:${list})$`);

/**
 * By locale: `quotes` are the quotation marks; `otherForms` are other forms of address, and forms of another region;
 * `english` are the keys whose text is the same in English; `noFullStops` is for scripts without them.
 */
export const RULES = {
  en_US: { quotes: '“”' },
  ar_AE: {
    quotes: '«»',
    // Imperatives and pronouns show the reader's gender.
    otherForms: words(
      'أنتَ?|أنتِ|حر[ّ]?ك|انظر|اختر|افتح|اضغط|انقر|ارفع|اخفض|اقترب|ابتعد|تأكد|استخدم|أعد|أغلق|انتظر|قم|حاول',
    ),
  },
  bn_BD: { quotes: '“”', otherForms: words('তুমি|তোমার|তোমাকে|তুই|তোর|করো|দাও|রাখো') },
  de_DE: {
    quotes: '„“',
    english: ['pause', 'details'],
    otherForms: words('du|dich|dir|dein(?:e[mnrs]?)?|tippe|wähle|öffne|halte|lade|schließe|suche|nimm|komm'),
  },
  es_ES: {
    quotes: '«»',
    otherForms: words(
      'tú|tus?|ti|te|contigo|vos|vosotr[oa]s|vuestr[oa]s?|tienes|puedes|quieres|computadora|celular|cubrebocas',
    ),
  },
  es_MX: {
    quotes: '“”',
    otherForms: words(
      'tú|tus?|ti|te|contigo|vos|vosotr[oa]s|vuestr[oa]s?|tienes|puedes|quieres|ordenador|móvil|vídeo|gafas|mascarilla',
    ),
  },
  fil_PH: { quotes: '“”', otherForms: words('ikaw|ka|mo|iyo|iyong'), english: ['help', 'camera_number'] },
  fr_FR: {
    quotes: '«»',
    english: ['pause'],
    otherForms: words('tu|toi|te|ton|ta|tes|t’\\p{L}+|essaie|choisis|appuie'),
  },
  hi_IN: { quotes: '“”', otherForms: words('तुम|तुम्हारा|तुम्हारी|तुम्हारे|तुम्हें|तू|तेरा|तेरी|करो|रखो|आओ|जाओ') },
  in_ID: { quotes: '“”', otherForms: /(?<!\p{L})(?:[Kk]amu|[Kk]au|[Ee]ngkau|anda)(?!\p{L})/u },
  it_IT: { quotes: '«»', otherForms: words('tu|tuo|tuoi|tue|tua|ti|te|voi|vostr[oaie]') },
  ja_JP: { quotes: '「」', otherForms: /あなた|君の|(?<!ます|ません|ました|です|でした|ください)。/u },
  ko_KR: { quotes: '‘’', otherForms: /당신|(?:니다|십시오|시오|니까)(?![\p{L}])/u },
  ms_MY: { quotes: '“”', otherForms: words('kamu|awak|engkau|kau') },
  nl_NL: { quotes: '‘’', otherForms: words('je|jij|jou|jouw|jullie'), english: ['score', 'camera_number', 'details'] },
  pl_PL: { quotes: '„”', otherForms: words('pan|pani|pana|panem|państwo|państwa|\\p{L}+ł[eao]?[śm]') },
  pt_BR: {
    quotes: '“”',
    otherForms: words('tu|teus?|tuas?|ti|contigo|está a \\p{L}+r|ecrã|telemóvel|separador|utilizador'),
  },
  pt_PT: {
    quotes: '«»',
    otherForms: words('você|vocês|tu|teus?|tuas?|ti|contigo|est(?:á|ão) \\p{L}+ndo|tela|celular|guia|usuário'),
  },
  ru_RU: { quotes: '«»', otherForms: words('ты|тебя|тебе|тобой|твой|твоя|твоё|твои|твоего|твоей|нажми|выбери|открой') },
  th_TH: { quotes: '“”', otherForms: /ครับ|ค่ะ|นะคะ|ท่าน|เธอ/u, noFullStops: true },
  tr_TR: { quotes: '“”', otherForms: words('sen|seni|sana|senin|sende|senden') },
  ur_PK: { quotes: '”“', otherForms: words('تم|تمہارا|تمہاری|تمہارے|تمہیں|تیرا|تیری|کرو|رکھو|جاؤ|آؤ') },
  vi_VN: { quotes: '“”', otherForms: words('quý khách|quý vị|anh|chị|các bạn|mày|cậu') },
  zh_CN: { quotes: '“”', otherForms: /[你妳]|[個們來時為這請讓臉]/u },
  zh_HK: { quotes: '「」', otherForms: /[你妳]|[个们来时为这请让脸]|網路/u },
  zh_TW: { quotes: '「」', otherForms: /[你妳]|[个们来时为这请让脸]|網絡/u },
};

/**
 * The most characters of texts, and of those in Chinese, Japanese or Korean. Instructions stand over the camera's picture,
 * in large letters.
 */
export const LIMITS = [
  {
    keys: keys('no_face|multiple_faces|too_(?:far|near|dark)|move_\\w+|not_\\w+|occluded|blurry|keep_still'),
    most: 28,
    cjk: 17,
  },
  { keys: keys('too_bright'), most: 36, cjk: 18 },
  { keys: keys('tip_\\w+'), most: 61, cjk: 30 },
  { keys: keys('\\w+_title'), most: 43, cjk: 20 },
  { keys: keys('start|cancel|pause|resume|ask_(?:allow|block)|try_now|next|reload|details|help'), most: 25, cjk: 9 },
  {
    keys: keys('phone_here|play_tap|try_again|countdown_stop|more_time|consent_(?:agree|decline)'),
    most: 31,
    cjk: 12,
  },
  { keys: keys('handoff_(?:offer|copy|new|back|same|other)|system_(?:offer|take)|light_skip'), most: 31, cjk: 16 },
];
