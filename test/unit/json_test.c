/*
 * JSON in and out. Reading: the table of what is a document and what is not; what only
 * a client's message may not have (duplicate keys, NUL in a key); limits of depth and
 * of members; numbers beyond 64 bits kept as they stand. Writing: every string becomes
 * valid JSON, and a random tree written, read and written again is the same text.
 */
#include "unit/unit.h"

#include "base/utf8.h"
#include "json/json.h"
#include "json/writer.h"

#include <float.h>

static struct arena *a;
static struct err e;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* Parses from memory of exactly this length, so that ASan sees a read beyond it. */
static json *
parse(const char *text, size_t len, int flags)
{
	char *exact = malloc(len == 0 ? 1 : len);
	json *v;

	memcpy(exact, text, len);
	err_clear(&e);
	v = json_parse(a, exact, len, flags, &e);
	free(exact);	/* nothing of the tree may point into it */
	assert_int_equal(v == NULL, err_is_set(&e));
	if (v == NULL)
		assert_int_equal(e.kind, ERR_INPUT);
	return v;
}

#define PARSE(text, flags) parse(text, strlen(text), flags)
#define T(text) { text, sizeof(text) - 1 }

static const struct { const char *text; size_t len; } valid[] = {
	T("null"), T("true"), T("false"), T("0"), T("-0"), T("12"), T("-1.5e+10"), T("1E400"), T("1e-400"), T("0.1"),
	T("\"\""), T("\"a\""), T("[]"), T("{}"), T(" \t\r\n[ ]\n"), T("[1,2]"), T("{\"a\":1}"), T("{\"\":0}"),
	T("[null,true,false,1,\"x\",[],{}]"), T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), T("\"\\u0041\\u00e4\\u20AC\\uD83D\\uDE00\""),
	T("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""), T("\"\\u0000\""), T("\"\x7f\""), T("\"\\uFFFF\""), T("[[[[[]]]]]"),
	T("123456789012345678901234567890"), T("-123456789012345678901234567890"), T("[1.0]"), T("{\"a\":{\"b\":[{}]}}"),
};

static const struct { const char *text; size_t len; } invalid[] = {
	T(""), T(" "), T("nul"), T("nulll"), T("True"), T("NaN"), T("Infinity"), T("-"), T("+1"), T("01"), T("-01"), T("1."), T(".5"),
	T("1e"), T("1e+"), T("0x1"), T("1_0"), T("--1"), T("1 2"), T("[1,]"), T("[,1]"), T("[1 2]"), T("["), T("]"), T("[1"), T("[1,"),
	T("{"), T("}"), T("{\"a\"}"), T("{\"a\":}"), T("{\"a\":1,}"), T("{a:1}"), T("{'a':1}"), T("{1:1}"), T("{\"a\":1 \"b\":2}"), T("{,}"),
	T("\""), T("\"abc"), T("'a'"), T("\"\\x41\""), T("\"\\u12\""), T("\"\\u12g4\""), T("\"\\\""), T("\"\\"), T("\"a\nb\""), T("\"a\tb\""),
	T("\"\x00\""), T("\"\x1f\""), T("[1]x"), T("[1]]"), T("{}{}"), T("// c\n1"), T("/* c */1"), T("1 // c"), T("\xef\xbb\xbf[]"),
	T("\"\x80\""), T("\"\xc0\x80\""), T("\"\xc3\""), T("\"\xed\xa0\x80\""), T("\"\xf4\x90\x80\x80\""), T("\"\xff\""), T("\xff\xfe[\0]\0"),
	T("[\"a\",\n4\n,1,"), T("{\"a\":\"b\"}/**/"), T("[1]\0"), T("\x00"), T("[\x0b]"), T("[\xc2\xa0]"),
};

static void
test_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(valid); i++) {
		for (int flags = 0; flags <= JSON_STRICT; flags += JSON_STRICT) {
			if (parse(valid[i].text, valid[i].len, flags) == NULL)
				fail_msg("refused: %s: %s", valid[i].text, e.message);
		}
	}
	for (size_t i = 0; i < LEN(invalid); i++) {
		for (int flags = 0; flags <= JSON_STRICT; flags += JSON_STRICT) {
			if (parse(invalid[i].text, invalid[i].len, flags) != NULL)
				fail_msg("accepted (%zu): %s", i, invalid[i].text);
		}
	}
}

/* Every proper prefix of a document that ends in a bracket is no document. */
static void
test_every_cut_is_refused(void **state)
{
	static const char text[] = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e4\\n\"],\"b\":{\"c\":\"\xe2\x82\xac\"},\"d\":123456789012345678901234567890}";

	(void)state;
	assert_non_null(PARSE(text, JSON_STRICT));
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_null(parse(text, len, JSON_TRUSTED));
}

static void
test_duplicate_keys(void **state)
{
	static const char *const twice[] = {
		"{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", "[0,{\"\":1,\"\":2}]",
		"{\"\xc3\xa4\":1,\"\\u00e4\":2}", "{\"/\":1,\"\\/\":2}", "{\"b\":1,\"a\":1,\"c\":1,\"d\":1,\"b\":1}",
		"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}",
	};
	static const char *const once[] = {
		"{\"a\":1,\"A\":2}", "{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":2}]", "{\"a\":1,\"aa\":2,\"aaa\":3}", "{\"a\":1,\"\":2}",
	};

	(void)state;
	for (size_t i = 0; i < LEN(twice); i++) {
		if (PARSE(twice[i], JSON_STRICT) != NULL)
			fail_msg("accepted: %s", twice[i]);
		assert_non_null(strstr(e.message, "twice"));
		assert_non_null(PARSE(twice[i], JSON_TRUSTED));
	}
	for (size_t i = 0; i < LEN(once); i++)
		assert_non_null(PARSE(once[i], JSON_STRICT));
}

static void
test_nul_in_key(void **state)
{
	(void)state;
	assert_null(PARSE("{\"a\\u0000\":1}", JSON_STRICT));
	assert_null(PARSE("[{\"\\u0000a\":1}]", JSON_STRICT));
	assert_non_null(PARSE("{\"a\":\"\\u0000\"}", JSON_STRICT));	/* in a value it is only a character */
}

/* A site's answer may hold half a character of UTF-16: one odd comment must not hide a page of issues. */
static void
test_lone_surrogates(void **state)
{
	static const char *const texts[] = {
		"{\"b\":\"x\\ud83d\"}", "{\"b\":\"\\ude00 y\"}", "{\"b\":\"\\ude00\\ud83d\"}", "{\"b\":\"\\ud83d\\u0041\"}", "{\"b\":\"\\ud83d\\ud83d\\ude00\"}",
		"{\"b\":\"\\uD83Dq\\\\ud83d\"}",
	};
	static const char *const repaired[] = {
		"x\xef\xbf\xbd", "\xef\xbf\xbd y", "\xef\xbf\xbd\xef\xbf\xbd", ("\xef\xbf\xbd" "A"), "\xef\xbf\xbd\xf0\x9f\x98\x80", "\xef\xbf\xbdq\\ud83d",
	};

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++) {
		json *v = PARSE(texts[i], JSON_TRUSTED);

		assert_null(PARSE(texts[i], JSON_STRICT));
		assert_non_null(v);
		assert_string_equal(json_get_str(v, "b"), repaired[i]);
	}
}

static json *
nested(int depth, const char *open, const char *close, int flags)
{
	struct buf b;
	json *v;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < depth; i++)
		buf_adds(&b, open);
	buf_adds(&b, "1");
	for (int i = 0; i < depth; i++)
		buf_adds(&b, close);
	v = parse(b.data, b.len, flags);
	buf_release(&b);
	return v;
}

static void
test_depth(void **state)
{
	(void)state;
	for (int flags = 0; flags <= JSON_STRICT; flags += JSON_STRICT) {
		assert_non_null(nested(JSON_MAX_DEPTH, "[", "]", flags));
		assert_null(nested(JSON_MAX_DEPTH + 1, "[", "]", flags));
		assert_non_null(nested(JSON_MAX_DEPTH, "{\"a\":", "}", flags));
		assert_null(nested(JSON_MAX_DEPTH + 1, "{\"a\":", "}", flags));
		assert_non_null(strstr(e.message, "64"));
		assert_null(nested(100000, "[", "]", flags));
	}
	/* not only along the first branch */
	assert_null(PARSE("[1,[2,[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",JSON_TRUSTED));
}

static json *
many_members(int n, int flags)
{
	struct buf b;
	json *v;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < n; i++)
		buf_addf(&b, "%s\"k%d\":0", i == 0 ? "{" : ",", i);
	buf_adds(&b, "}");
	v = parse(b.data, b.len, flags);
	buf_release(&b);
	return v;
}

static void
test_members(void **state)
{
	(void)state;
	assert_non_null(many_members(JSON_MAX_STRICT_KEYS, JSON_STRICT));
	assert_null(many_members(JSON_MAX_STRICT_KEYS + 1, JSON_STRICT));
	assert_int_equal(json_len(many_members(JSON_MAX_STRICT_KEYS + 1, JSON_TRUSTED)), JSON_MAX_STRICT_KEYS + 1);
}

static void
test_numbers(void **state)
{
	json *v = PARSE("[9223372036854775807,-9223372036854775808,18446744073709551615,123456789012345678901234567890,1.0,1.5,"
	    "9007199254740991.0,9007199254740992.0,-0,1e400,\"7\",0.1]", JSON_STRICT);
	static const int64_t ints[] = { INT64_MAX, INT64_MIN, -7, -7, 1, -7, INT64_C(9007199254740991), -7, 0, -7, -7, -7 };
	static const char *const texts[] = { "9223372036854775807", "-9223372036854775808", "18446744073709551615",
	    "123456789012345678901234567890", "1", "1.5", "9007199254740991", "9007199254740992.0", "0", "1e400", "7", "0.1" };

	(void)state;
	assert_int_equal(json_len(v), LEN(ints));
	for (size_t i = 0; i < LEN(ints); i++) {
		if (json_int(json_at(v, i), -7) != ints[i])
			fail_msg("element %zu is %lld", i, (long long)json_int(json_at(v, i), -7));
		if (i != 8)	/* -0 may be printed as 0 or -0 */
			assert_string_equal(json_scalar(a, json_at(v, i)), texts[i]);
	}
	assert_non_null(strstr(json_text(a, v, NULL), "123456789012345678901234567890"));
}

static void
test_error_place(void **state)
{
	(void)state;
	assert_null(PARSE("{\n  \"a\": 1,\n  \"b\": x\n}", JSON_TRUSTED));
	assert_non_null(strstr(e.message, "line 3, column 8"));
	assert_null(PARSE("[", JSON_TRUSTED));
	assert_non_null(strstr(e.message, "line 1, column 2"));
}

static void
test_comments(void **state)
{
	(void)state;
	assert_int_equal(json_get_int(PARSE("// one\n{/* two */\"a\": 1,}", JSON_COMMENTS | JSON_STRICT), "a", 0), 1);
	assert_null(PARSE("{\"a\":1,,}", JSON_COMMENTS));
	assert_null(PARSE("/* open", JSON_COMMENTS));
}

static void
test_readers(void **state)
{
	json *v = PARSE("{\"s\":\"x\",\"n\":5,\"t\":true,\"z\":null,\"a\":[{\"b\":[\"p\",\"q\"]},2],\"o\":{\"p.q\":1,\"k\":\"v\"},\"e\":{}}", JSON_STRICT);
	int n = 0;

	(void)state;
	assert_string_equal(json_get_str(v, "s"), "x");
	assert_string_equal(json_path_str(v, "a.0.b.1"), "q");
	assert_string_equal(json_path_str(v, "o.k"), "v");
	assert_ptr_equal(json_path(v, ""), v);
	assert_null(json_path(v, "a.7.b"));
	assert_null(json_path(v, "a.b"));		/* a name is no place in a list */
	assert_null(json_path(v, "a.0x.b"));
	assert_null(json_path(v, "s.t"));
	assert_null(json_path(v, "nothing.at.all"));
	assert_null(json_get_str(v, "n"));
	assert_null(json_str(NULL));
	assert_null(json_get(NULL, "x"));
	assert_null(json_at(v, 0));
	assert_null(json_path(NULL, "a"));
	assert_int_equal(json_get_int(v, "s", -3), -3);
	assert_int_equal(json_get_int(NULL, "s", -3), -3);
	assert_true(json_get_bool(v, "t", false) && json_get_bool(v, "n", true) && !json_get_bool(v, "missing", false));
	assert_true(json_is_null(NULL) && json_is_null(json_get(v, "z")) && !json_is_null(json_get(v, "e")));
	assert_int_equal(json_len(v), 7);
	assert_int_equal(json_len(json_get(v, "a")), 2);
	assert_int_equal(json_len(json_get(v, "s")), 0);
	assert_int_equal(json_len(NULL), 0);
	assert_null(json_scalar(a, v));
	assert_null(json_scalar(a, json_get(v, "z")));
	assert_string_equal(json_scalar(a, json_get(v, "t")), "true");
	assert_string_equal(json_text(a, NULL, NULL), "null");
	for (struct json_iter it = json_iter(v); json_next(&it); n++)
		assert_int_equal(it.key[0], "sntzaoe"[n]);
	assert_int_equal(n, 7);
	n = 0;
	for (struct json_iter it = json_iter(json_path(v, "a.0.b")); json_next(&it); n++) {
		assert_null(it.key);
		assert_int_equal(it.index, n);
		assert_int_equal(json_str(it.value)[0], "pq"[n]);
	}
	assert_int_equal(n, 2);
	for (struct json_iter it = json_iter(json_get(v, "e")); json_next(&it);)
		fail();
	for (struct json_iter it = json_iter(json_get(v, "s")); json_next(&it);)
		fail();
	for (struct json_iter it = json_iter(NULL); json_next(&it);)
		fail();
}

static const char *
written(const char *s, size_t len)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_sn(&w, s, len);
	text = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
test_escapes(void **state)
{
	(void)state;
	assert_string_equal(written("a\"b\\c/\b\f\n\r\t", 11), "\"a\\\"b\\\\c/\\u0008\\u000c\\n\\r\\t\"");
	assert_string_equal(written("\0\x1f\x7f", 3), "\"\\u0000\\u001f\x7f\"");
	assert_string_equal(written("\xe2\x80\xa8\xe2\x80\xa9", 6), "\"\\u2028\\u2029\"");
	assert_string_equal(written("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9), "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	assert_string_equal(written("", 0), "\"\"");
	assert_string_equal(written("a\xff" "b", 3), "\"a\xef\xbf\xbd" "b\"");
	assert_string_equal(written("\xc3", 1), "\"\xef\xbf\xbd\"");
	assert_string_equal(written("\xed\xa0\x80", 3), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* Any bytes at all become a string that a reader accepts; valid ones come back as they were. */
static void
test_random_strings(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		char bytes[32];
		size_t len = next_random(&seed) % sizeof(bytes);
		const char *text;
		json *v;

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)(next_random(&seed) % 4 == 0 ? next_random(&seed) : next_random(&seed) % 128);
		text = written(bytes, len);
		v = PARSE(text, JSON_STRICT);
		if (v == NULL)
			fail_msg("not JSON: %s", text);
		if (utf8_valid(bytes, len)) {
			assert_int_equal(yyjson_get_len(v), len);
			assert_memory_equal(json_str(v), bytes, len);
		}
	}
}

static void
test_writer_shapes(void **state)
{
	struct buf b;
	struct jw w;

	(void)state;
	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "s", "x");
	jw_str(&w, "n", NULL);
	jw_int(&w, "i", INT64_MIN);
	jw_bool(&w, "t", true);
	jw_arr_in(&w, "a");
	jw_i(&w, 1);
	jw_b(&w, false);
	jw_null(&w);
	jw_arr(&w);
	jw_end(&w);
	jw_obj(&w);
	jw_end(&w);
	jw_raw(&w, "[7]", 3);
	jw_end(&w);
	jw_obj_in(&w, "o\n");
	jw_end(&w);
	jw_value(&w, "v", PARSE("{\"big\":123456789012345678901234567890}", 0));
	jw_value(&w, "none", NULL);
	jw_end(&w);
	assert_string_equal(b.data, "{\"s\":\"x\",\"n\":null,\"i\":-9223372036854775808,\"t\":true,\"a\":[1,false,null,[],{},[7]],"
	    "\"o\\n\":{},\"v\":{\"big\":123456789012345678901234567890},\"none\":null}");
	assert_non_null(PARSE(b.data, JSON_STRICT));
	assert_int_equal(w.depth, 0);
	buf_release(&b);
}

static void value_without_key(void *w) { jw_obj(w); jw_i(w, 1); }
static void key_outside(void *w) { jw_key(w, "a"); }
static void key_in_array(void *w) { jw_arr(w); jw_key(w, "a"); }
static void two_keys(void *w) { jw_obj(w); jw_key(w, "a"); jw_key(w, "b"); }
static void end_unopened(void *w) { jw_end(w); }
static void end_after_key(void *w) { jw_obj(w); jw_key(w, "a"); jw_end(w); }
static void too_deep(void *w) { for (int i = 0; i <= JW_MAX_DEPTH; i++) jw_arr(w); }
static void just_deep(void *w) { for (int i = 0; i < JW_MAX_DEPTH; i++) jw_arr(w); }

static void
test_misuse_is_a_bug(void **state)
{
	static void (*const wrong[])(void *) = {
		value_without_key, key_outside, key_in_array, two_keys, end_unopened, end_after_key, too_deep,
	};

	(void)state;
	for (size_t i = 0; i < LEN(wrong); i++) {
		struct buf b;
		struct jw w;

		buf_init(&b, 4096);
		jw_init(&w, &b);
		if (signal_of(wrong[i], &w) != SIGABRT)
			fail_msg("misuse %zu was let through", i);
		assert_int_equal(signal_of(just_deep, &w), 0);
		buf_release(&b);
	}
}

static void
random_tree(struct jw *w, uint32_t *seed, int depth)
{
	uint32_t kind = next_random(seed) % (depth > 6 ? 6 : 8), n = next_random(seed) % 6;
	char text[24];
	size_t len = 0;

	switch (kind) {
	case 0: jw_null(w); return;
	case 1: jw_b(w, n & 1); return;
	case 2: jw_i(w, (int64_t)(((uint64_t)next_random(seed) << 32) | next_random(seed))); return;
	case 3: jw_raw(w, "123456789012345678901234567890", 30); return;
	case 4:
	case 5:
		while (len + 4 < sizeof(text) && next_random(seed) % 8 != 0) {
			uint32_t cp = next_random(seed) % (next_random(seed) % 3 == 0 ? 0x110000 : 0x100);

			len += utf8_put(text + len, cp >= 0xd800 && cp <= 0xdfff ? '?' : cp);
		}
		jw_sn(w, text, len);
		return;
	case 6:
		jw_arr(w);
		while (n-- > 0)
			random_tree(w, seed, depth + 1);
		jw_end(w);
		return;
	default:
		jw_obj(w);
		for (uint32_t i = 0; i < n; i++) {
			snprintf(text, sizeof(text), "k%u\"\\%c", i, (int)(1 + next_random(seed) % 31));
			jw_key(w, text);
			random_tree(w, seed, depth + 1);
		}
		jw_end(w);
	}
}

static void
test_round_trip(void **state)
{
	uint32_t seed = 20261123;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct buf b, again;
		struct jw w;
		json *v;

		buf_init(&b, 1 << 22);
		buf_init(&again, 1 << 22);
		jw_init(&w, &b);
		jw_arr(&w);
		random_tree(&w, &seed, 0);
		jw_end(&w);
		v = parse(b.data, b.len, JSON_STRICT);
		if (v == NULL)
			fail_msg("%s: %s", e.message, b.data);
		jw_init(&w, &again);
		jw_val(&w, v);
		/* the two writers differ in what they escape, so compare what is read */
		assert_true(yyjson_equals(v, parse(again.data, again.len, JSON_STRICT)));
		buf_release(&b);
		buf_release(&again);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_documents),
		TEST(test_every_cut_is_refused),
		TEST(test_duplicate_keys),
		TEST(test_nul_in_key),
		TEST(test_lone_surrogates),
		TEST(test_depth),
		TEST(test_members),
		TEST(test_numbers),
		TEST(test_error_place),
		TEST(test_comments),
		TEST(test_readers),
		TEST(test_escapes),
		TEST(test_random_strings),
		TEST(test_writer_shapes),
		TEST(test_misuse_is_a_bug),
		TEST(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
