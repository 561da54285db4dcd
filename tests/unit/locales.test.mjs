// What every locale of the page must have: the texts of English, in that language's form of address, terms and typography.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import * as checks from '../testkit/page/locale-checks.mjs';
import { RULES } from '../testkit/page/locale-rules.mjs';
import { pageModule } from '../testkit/page/page-module.mjs';

const FOLDER = join(root, 'www', 'src', 'locales');
const GLOSSARIES = join(root, 'docs', 'glossaries');
const CODES = readdirSync(FOLDER).map((name) => basename(name, '.json'));
const readTexts = (code) => JSON.parse(readFileSync(join(FOLDER, `${code}.json`), 'utf8'));
const readGlossary = (code) => checks.glossaryRows(readFileSync(join(GLOSSARIES, `${code}.md`), 'utf8'));
const ENGLISH = readTexts('en_US');
const { BUILT_IN_I18N, nearestLocale, loadI18n } = await pageModule('i18n/i18n.ts');
const demo = await pageModule('demo/texts.ts');

for (const code of CODES) {
  const texts = readTexts(code);
  test(`${code} has every text with its placeholders`, () => {
    assert.deepEqual(checks.keyErrors(texts, ENGLISH), []);
  });
  test(`${code}: every message parses and has the plurals of its language`, () => {
    assert.deepEqual(checks.messageErrors(code, texts), []);
  });
  test(`${code}: every text fits its place and is well set`, () => {
    assert.deepEqual(checks.lengthErrors(code, texts), []);
    assert.deepEqual(checks.typographyErrors(code, texts, ENGLISH), []);
    assert.deepEqual(checks.endErrors(code, texts, ENGLISH), []);
  });
  if (code === 'en_US') continue;
  test(`${code}: one form of address, no English left, the terms of its glossary`, () => {
    assert.deepEqual(checks.formErrors(code, texts), []);
    assert.deepEqual(checks.englishErrors(code, texts, ENGLISH), []);
    assert.deepEqual(checks.glossaryErrors(code, texts, readGlossary(code)), []);
  });
}

test('every glossary has the same terms, and the README says who read each language', () => {
  const readme = readFileSync(join(GLOSSARIES, 'README.md'), 'utf8');
  const [first, ...rest] = CODES.filter((code) => code !== 'en_US');
  const terms = (code) => readGlossary(code).map(({ english }) => english);
  assert.ok(terms(first).length >= 20);
  for (const code of rest) assert.deepEqual(terms(code), terms(first), code);
  for (const code of CODES) assert.match(readme, new RegExp(`\\| \\[?\`${code}\``), code);
  assert.deepEqual(Object.keys(RULES).sort(), [...CODES].sort());
});

test('each check finds its mistakes', () => {
  const german = readTexts('de_DE');
  const polish = readTexts('pl_PL');
  const plural = ENGLISH.countdown;
  const { next: _next, ...incomplete } = german;
  const found = [
    checks.keyErrors(incomplete, ENGLISH),
    checks.keyErrors({ ...german, next: ' ' }, ENGLISH),
    checks.keyErrors({ ...german, other: 'Anderes' }, ENGLISH),
    checks.keyErrors({ ...german, handoff_until: 'Der Link gilt noch.' }, ENGLISH),
    checks.messageErrors('de_DE', { ...german, next: 'Weiter {' }),
    checks.messageErrors('pl_PL', { ...polish, countdown: plural }).slice(1),
    checks.lengthErrors('de_DE', { ...german, keep_still: 'Bitte halten Sie jetzt ganz still' }),
    checks.lengthErrors('zh_CN', { keep_still: '请您现在保持不动，不要移动头部，谢谢配合' }),
    checks.typographyErrors('de_DE', { ...german, next: "Weiter geht's" }, ENGLISH),
    checks.typographyErrors('de_DE', { ...german, loading: 'Einen Moment ...' }, ENGLISH),
    checks.typographyErrors('de_DE', { ...german, problem_text: 'Bitte  erneut.' }, ENGLISH),
    checks.typographyErrors(
      'de_DE',
      { ...german, dismissed_text: german.dismissed_text.replace(/[„“]/g, '') },
      ENGLISH,
    ),
    checks.typographyErrors('de_DE', { ...german, next: '«Weiter»' }, ENGLISH),
    checks.endErrors('de_DE', { ...german, next: 'Weiter.' }, ENGLISH),
    checks.endErrors('de_DE', { ...german, loading: 'Einen Moment.' }, ENGLISH),
    checks.formErrors('de_DE', { ...german, no_face: 'Zeig dein Gesicht' }),
    checks.englishErrors('de_DE', { ...german, reload: ENGLISH.reload }, ENGLISH),
    checks.englishErrors('de_DE', { ...german, details: 'About the error' }, ENGLISH),
    checks.glossaryErrors('de_DE', { ...german, start: 'Webcam starten' }, [{ term: 'Kamera', avoided: ['Webcam'] }]),
    checks.glossaryErrors('de_DE', german, [{ term: 'Lichtbild', avoided: [] }]),
  ];
  assert.deepEqual(
    found.map((errors) => errors.length),
    found.map(() => 1),
    JSON.stringify(found),
  );
});

test('the page knows every locale that there is', () => {
  const source = readFileSync(join(root, 'www', 'src', 'i18n', 'i18n.ts'), 'utf8');
  const [, list] = source.match(/const CODES = \[(.*?)\n\];/s);
  assert.deepEqual([...list.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort(), CODES.sort());
});

test('a tag gets its own texts, or those of the nearest region or language', () => {
  for (const code of CODES) {
    assert.equal(nearestLocale(code), code);
    assert.equal(nearestLocale(checks.languageTag(code).toLowerCase()), code);
  }
  const nearest = {
    ...{ en: 'en_US', 'en-GB': 'en_US', '': 'en_US', tlh: 'en_US', de: 'de_DE', 'de-AT': 'de_DE', fil: 'fil_PH' },
    ...{ tl: 'fil_PH', id: 'in_ID', 'id-ID': 'in_ID', in_ID: 'in_ID' },
    ...{ es: 'es_ES', 'es-419': 'es_MX', 'es-AR': 'es_MX', es_CO: 'es_MX', 'es-US': 'es_MX', 'es-GQ': 'es_ES' },
    ...{ pt: 'pt_BR', 'pt-BR': 'pt_BR', 'pt-PT': 'pt_PT', 'pt-AO': 'pt_PT', 'pt-Latn-BR': 'pt_BR' },
    ...{ zh: 'zh_CN', zh_SG: 'zh_CN', zh_MO: 'zh_HK', 'zh-Hans': 'zh_CN', 'zh-Hans-HK': 'zh_HK' },
    ...{ 'zh-Hant': 'zh_TW', 'zh-Hant-TW': 'zh_TW', 'zh-Hant-HK': 'zh_HK', 'zh-Hant-MO': 'zh_HK' },
  };
  for (const [tag, code] of Object.entries(nearest)) assert.equal(nearestLocale(tag), code, tag);
});

test('texts carry their BCP 47 tag and format their plurals', async () => {
  const brazilian = await loadI18n('pt_BR');
  assert.equal(brazilian.language, 'pt-BR');
  assert.equal(brazilian.format('start'), readTexts('pt_BR').start);
  const mexican = await loadI18n('es-AR');
  assert.equal(mexican.language, 'es-MX');
  const indonesian = await loadI18n('id');
  assert.equal(indonesian.language, 'id-ID');
  const russian = await loadI18n('ru');
  const left = [0, 1, 2, 5, 21].map((tries) => russian.format('tries_left', { tries }));
  assert.deepEqual(left, [
    'Попыток больше нет.',
    'Осталась 1 попытка.',
    'Осталось 2 попытки.',
    'Осталось 5 попыток.',
    'Осталась 21 попытка.',
  ]);
});

test('texts that are built in, for a page that cannot load them and for the demo, are those of en_US', () => {
  for (const key of ['title', 'load_title', 'load_text', 'reload', 'details'])
    assert.equal(BUILT_IN_I18N.format(key), ENGLISH[key], key);
  const document = readFileSync(join(root, 'www', 'index.html'), 'utf8');
  const [, fallback] = document.match(/<main id="fallback">(.*?)<\/main>/s);
  const shown = [...fallback.matchAll(/<(?:h1|p|a)\b[^>]*>([^<]+)</g)].map(([, text]) => text);
  assert.deepEqual(shown, [ENGLISH.load_title, ENGLISH.load_text, ENGLISH.reload]);
  for (const [code, text] of Object.entries(demo.instructions)) assert.equal(text, ENGLISH[code], code);
  assert.deepEqual(demo.phases, { loading: ENGLISH.starting_camera, encoding: ENGLISH.saving });
  assert.deepEqual([demo.PAUSE, demo.PAUSED], [ENGLISH.pause, ENGLISH.paused]);
});
