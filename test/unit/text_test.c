/*
 * Strings, UTF-8, error records and time: tables of what is accepted, what is
 * refused, and what comes out. Invalid UTF-8 of every class is refused; dates that
 * do not exist are refused; an error's first cause stays.
 */
#include "unit/unit.h"

#include "base/clock.h"
#include "base/sha256.h"
#include "base/str.h"
#include "base/utf8.h"

#include <time.h>

static struct arena *a;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	clock_fake(-1);
	return 0;
}

static void
test_compare(void **state)
{
	(void)state;
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, "") || str_eq("", NULL) || str_eq("a", "A"));
	assert_true(str_ieq("aBc", "AbC"));
	assert_false(str_ieq(NULL, "") || str_ieq("\xc3\x84", "\xc3\xa4"));	/* ASCII only */
	assert_true(str_starts("abc", "ab") && str_starts("abc", "") && !str_starts("ab", "abc"));
	assert_true(str_istarts("HTTP://x", "http://") && !str_istarts("HTT", "http"));
	assert_true(str_ends("a.json", ".json") && str_ends("x", "") && !str_ends("json", "x.json"));
	assert_true(str_blank(NULL) && str_blank("") && str_blank(" \t\r\n\v\f") && !str_blank(" x "));
	assert_string_equal(str_trim(a, "  a b\r\n", 7), "a b");
	assert_string_equal(str_trim(a, " \t", 2), "");
	assert_string_equal(str_lower(a, "ABC\xc3\x84z"), "abc\xc3\x84z");
}

static void
test_int(void **state)
{
	static const struct { const char *text; int64_t min, max; int result; int64_t value; } cases[] = {
		{ "0", INT64_MIN, INT64_MAX, 0, 0 },
		{ "-5", INT64_MIN, INT64_MAX, 0, -5 },
		{ "007", 0, 10, 0, 7 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, -1, 0 },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, -1, 0 },
		{ "10", 1, 10, 0, 10 }, { "1", 1, 10, 0, 1 }, { "11", 1, 10, -1, 0 }, { "0", 1, 10, -1, 0 },
		{ "", 0, 10, -1, 0 }, { "-", -10, 10, -1, 0 }, { " 1", 0, 10, -1, 0 }, { "1 ", 0, 10, -1, 0 },
		{ "+1", 0, 10, -1, 0 }, { "1.0", 0, 10, -1, 0 }, { "0x1", 0, 10, -1, 0 }, { "1e3", 0, 9999, -1, 0 },
		{ "- 1", -10, 10, -1, 0 }, { "--1", -10, 10, -1, 0 }, { NULL, 0, 10, -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		int64_t value = 4711;
		int result = str_int(cases[i].text, cases[i].min, cases[i].max, &value);

		if (result != cases[i].result || value != (result == 0 ? cases[i].value : 4711))
			fail_msg("str_int(\"%s\") gave %d, %lld", cases[i].text, result, (long long)value);
	}
}

static void
test_split(void **state)
{
	size_t n = 99;
	char **parts = str_split(a, " a ,b;; ,c d,e,f,g,h,i ", ",;", &n);
	static const char *const expected[] = { "a", "b", "c d", "e", "f", "g", "h", "i" };

	(void)state;
	assert_int_equal(n, LEN(expected));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(parts[i], expected[i]);
	assert_null(parts[n]);
	parts = str_split(a, NULL, ",", &n);
	assert_true(n == 0 && parts[0] == NULL);
	parts = str_split(a, " , ,, ", ",", NULL);
	assert_null(parts[0]);
}

static void
test_nearest(void **state)
{
	static const char *const words[] = { "read_only", "toolsets", NULL, "enabled_tools", "audit", "jira_search", "jira_get_issue" };
	static const struct { const char *word, *nearest; } cases[] = {
		{ "readonly", "read_only" }, { "toolset", "toolsets" }, { "AUDIT", "audit" }, { "adit", "audit" },
		{ "jira_serach", "jira_search" }, { "get_issue", "jira_get_issue" }, { "enabled_tool", "enabled_tools" },
		{ "zzzzzz", NULL }, { "", NULL }, { "colour", NULL },
		{ "a_word_of_more_than_forty_eight_characters_is_not_compared", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		const char *found = str_nearest(cases[i].word, words, LEN(words));

		if (!str_eq(found, cases[i].nearest))
			fail_msg("nearest to \"%s\" is \"%s\"", cases[i].word, found == NULL ? "(none)" : found);
	}
	assert_null(str_nearest("x", words, 0));
}

static const char *
coded(void (*fn)(struct buf *, const char *, size_t), const char *s, size_t len)
{
	struct buf b;
	const char *text;

	buf_init(&b, 64 * 1024);
	fn(&b, s, len);
	text = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
base64(struct buf *b, const char *s, size_t len)
{
	str_base64(b, s, len);
}

static void
test_urlencode(void **state)
{
	(void)state;
	assert_string_equal(coded(str_urlencode, "AZaz09-._~", 10), "AZaz09-._~");
	assert_string_equal(coded(str_urlencode, "a/b?c#d&e=f%+ @:\\", 17),
	    "a%2Fb%3Fc%23d%26e%3Df%25%2B%20%40%3A%5C");
	assert_string_equal(coded(str_urlencode, "\xc3\xa4\0\x7f", 4), "%C3%A4%00%7F");
	assert_string_equal(coded(str_urlencode, "", 0), "");
}

/* RFC 4648, section 10 */
static void
test_base64(void **state)
{
	static const struct { const char *plain, *code; } cases[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xfb\xff\xfe", "+//+" },
		{ "Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(coded(base64, cases[i].plain, strlen(cases[i].plain)), cases[i].code);
	assert_string_equal(coded(base64, "\0\0\0", 3), "AAAA");
}

/* Every length and byte comes back; what is no base64 is refused, not read as far as it goes. */
static void
test_unbase64(void **state)
{
	static const char *const bad[] = { "A", "AAAAA", "AB=", "A===", "=", "AAAA=", "AB==C", "AB=C", "A*==", "\xc3\xa4" };
	char bytes[256], *back;
	struct buf b;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	buf_init(&b, 1024);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		buf_reset(&b);
		str_base64(&b, bytes, len);
		back = str_unbase64(a, len == 0 ? "" : b.data, b.len, &n);
		assert_non_null(back);
		assert_int_equal(n, len);
		assert_memory_equal(back, bytes, len);
	}
	buf_release(&b);
	assert_string_equal(str_unbase64(a, "Zm9v\r\n Yg", 9, &n), "foob");
	assert_string_equal(str_unbase64(a, "_-8", 3, &n), "\xff\xef");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(str_unbase64(a, bad[i], strlen(bad[i]), &n));
}

/* FIPS 180-4's examples, and the lengths around the padding's limits by what other tools say. */
static void
test_sha256(void **state)
{
	char many[200];

	(void)state;
	memset(many, 'a', sizeof(many));
	assert_string_equal(sha256_hex(a, "", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(sha256_hex(a, "abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(sha256_hex(a, many, 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
	assert_string_equal(sha256_hex(a, many, 56), "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
	assert_string_equal(sha256_hex(a, many, 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
	assert_string_equal(sha256_hex(a, many, 200), "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5");
}

/* No byte that a terminal obeys comes through: C0, DEL, and C1 in UTF-8 or as a bare byte. */
static void
test_visible(void **state)
{
	static const struct { const char *text; size_t len; const char *shown; } cases[] = {
		{ "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 15, "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\nb\rc\td", 7, "a\\nb\\x0dc\\x09d" },
		{ "\x1b[31m\x7f\0", 7, "\\x1b[31m\\x7f\\x00" },
		{ "\xc2\x9b" "31m", 5, "\\xc2\\x9b31m" },		/* U+009B: CSI, as ESC [ */
		{ "\xc2\x85" "x", 3, "\\xc2\\x85x" },			/* U+0085: next line */
		{ "\xc2\xa0", 2, "\xc2\xa0" },				/* the first that is no control */
		{ "\x9b" "2J", 3, "\\x9b2J" },				/* the same byte in Latin-1 */
		{ "\xe2\x80\xa8" "\xe2\x80\xa9", 6, "\\xe2\\x80\\xa8\\xe2\\x80\\xa9" },	/* line and paragraph separator */
		{ "\xc3", 1, "\\xc3" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(coded(str_visible, cases[i].text, cases[i].len), cases[i].shown);
}

static void
test_utf8_classes(void **state)
{
	static const struct { const char *text; bool valid; } cases[] = {
		{ "", true }, { "ascii", true }, { "\x7f", true },
		{ "\xc2\x80", true }, { "\xdf\xbf", true }, { "\xe0\xa0\x80", true }, { "\xed\x9f\xbf", true },
		{ "\xee\x80\x80", true }, { "\xef\xbf\xbf", true }, { "\xf0\x90\x80\x80", true }, { "\xf4\x8f\xbf\xbf", true },
		{ "\x80", false }, { "\xbf", false }, { "a\x80", false },			/* continuation alone */
		{ "\xc0\x80", false }, { "\xc1\xbf", false },					/* overlong, two bytes */
		{ "\xe0\x80\x80", false }, { "\xe0\x9f\xbf", false },				/* three */
		{ "\xf0\x80\x80\x80", false }, { "\xf0\x8f\xbf\xbf", false },			/* four */
		{ "\xed\xa0\x80", false }, { "\xed\xbf\xbf", false },				/* surrogates */
		{ "\xf4\x90\x80\x80", false }, { "\xf5\x80\x80\x80", false }, { "\xff", false }, { "\xfe", false },
		{ "\xf8\x88\x80\x80\x80", false }, { "\xfc\x84\x80\x80\x80\x80", false },
		{ "\xc3", false }, { "\xe2\x82", false }, { "\xf0\x9f\x98", false },		/* cut */
		{ "\xc3(", false }, { "\xe2(\x82", false }, { "\xe2\x82(", false }, { "\xf0\x9f\x98(", false },
		{ "01234567\xc3", false }, { "0123456789abcdef\x80", false }, { "01234567\xc3\xa4", true }, { "\xc3\xa4" "0123456789", true },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		/* exactly as many bytes as the text has, so that ASan sees a read beyond */
		size_t len = strlen(cases[i].text);
		char *exact = malloc(len == 0 ? 1 : len);

		memcpy(exact, cases[i].text, len);
		if (utf8_valid(exact, len) != cases[i].valid)
			fail_msg("case %zu is %s", i, cases[i].valid ? "valid" : "invalid");
		free(exact);
	}
}

static void
test_utf8_walk(void **state)
{
	char out[4];
	size_t n;

	(void)state;
	for (uint32_t cp = 1; cp <= 0x10ffff; cp += cp < 0x3000 ? 1 : 97) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		assert_int_equal(utf8_next(out, utf8_put(out, cp), &n), cp);
		assert_int_equal(n, cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
	}
	assert_int_equal(utf8_next("\xe2\x82", 2, &n), UTF8_BAD);
	assert_int_equal(n, 1);
	for (size_t max = 0; max <= 10; max++) {
		static const size_t expected[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };	/* a ae euro smile */

		assert_int_equal(utf8_cut("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 10, max), expected[max]);
	}
	assert_int_equal(utf8_cut("abc", 3, 100), 3);
}

static void
test_error_record(void **state)
{
	struct arena *other = arena_new();
	struct err e, copy;

	(void)state;
	err_init(&e, a);
	assert_string_equal(err_text(&e), "");
	err_context(&e, "nothing to add to");
	assert_false(err_is_set(&e));
	assert_int_equal(err_set(&e, ERR_INPUT, "%s is wrong.", "x"), -1);
	assert_int_equal(err_set(&e, ERR_INTERNAL, "later"), -1);	/* the first cause stays */
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(err_text(&e), "x is wrong.");
	err_context(&e, "In %s", "y");
	err_hint(&e, "Do %d.", 1);
	assert_string_equal(err_text(&e), "In y: x is wrong. Do 1.");
	e.http_status = 400;
	err_init(&copy, other);
	err_copy(&copy, &e);
	err_clear(&e);
	assert_true(!err_is_set(&e) && e.http_status == 0 && e.hint == NULL && e.arena == a);
	assert_ptr_equal(copy.arena, other);
	assert_int_equal(copy.http_status, 400);
	err_context(&copy, "a\nb");
	assert_string_equal(err_text(&copy), "a\nb: In y: x is wrong.\nDo 1.");
	arena_free(other);
}

/* What scripts depend on: the manual states these numbers. */
static void
test_error_kinds(void **state)
{
	static const struct { enum err_kind kind; int exit; const char *word; bool retry; } cases[] = {
		{ ERR_NONE, 0, "ok", false }, { ERR_INTERNAL, 1, "internal", false }, { ERR_USAGE, 2, "usage", false },
		{ ERR_CONFIG, 3, "config", false }, { ERR_AUTH, 4, "auth", false }, { ERR_FORBIDDEN, 5, "forbidden", false },
		{ ERR_NOT_FOUND, 6, "not_found", false }, { ERR_CONFLICT, 7, "conflict", false },
		{ ERR_RATE, 8, "rate_limited", true }, { ERR_BUSY, 8, "busy", true }, { ERR_NETWORK, 9, "network", true },
		{ ERR_TLS, 9, "tls", false }, { ERR_TIMEOUT, 10, "timeout", true }, { ERR_UPSTREAM, 11, "upstream", true },
		{ ERR_UNKNOWN_OUTCOME, 13, "unknown", false }, { ERR_CANCELLED, 130, "cancelled", false },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		assert_int_equal(err_exit_code(cases[i].kind), cases[i].exit);
		assert_string_equal(err_word(cases[i].kind), cases[i].word);
		assert_int_equal(err_retryable(cases[i].kind), cases[i].retry);
	}
}

#define NOV23 INT64_C(1795428000000)	/* 2026-11-23T10:00:00Z */
#define HOUR INT64_C(3600000)

static void
test_clock_parse(void **state)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "2026-11-23T10:00:00.000Z", NOV23 }, { "2026-11-23T10:00:00z", NOV23 }, { "2026-11-23 10:00", NOV23 },
		{ "2026-11-23T10:00:00.000+0100", NOV23 - HOUR }, { "2026-11-23T10:00:00+01:00", NOV23 - HOUR },
		{ "2026-11-23T10:00:00-0530", NOV23 + 11 * HOUR / 2 }, { "2026-11-23T10:00:00+14:00", NOV23 - 14 * HOUR },
		{ "2026-11-23T10:00:00-12", NOV23 + 12 * HOUR }, { "2026-11-23T10:00:00.1Z", NOV23 + 100 },
		{ "2026-11-23T10:00:00.123456789Z", NOV23 + 123 }, { "2026-11-23", NOV23 - 10 * HOUR },
		{ "1970-01-01T00:00:00Z", 0 }, { "1969-12-31T23:59:59.5Z", -500 }, { "2024-02-29", INT64_C(1709164800000) },
		{ "2000-02-29", INT64_C(951782400000) }, { "2038-01-19T03:14:08Z", INT64_C(2147483648000) },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800000) },	/* a leap second */
	};
	static const char *const wrong[] = {
		"", "yesterday", "2026", "2026-11", "2026-1-23", "2026-13-01", "2026-00-10", "2026-11-00", "2026-11-31",
		"2026-02-29", "1900-02-29", "2026-04-31", "2026-02-30T10:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
		"2026-11-23T10:00:61Z", "2026-11-23T10", "2026-11-23T10:00:00.Z", "2026-11-23T10:00:00+", "2026-11-23T10:00:00+1",
		"2026-11-23T10:00:00+01:0", "2026-11-23T10:00:00+01:", "2026-11-23T10:00:00+25:00", "2026-11-23T10:00:00+01:60",
		"2026-11-23T10:00:00X", "2026-11-23T10:00:00Z ", " 2026-11-23", "2026-11-23Z", "+026-11-23", "2026-11-23T10:00:00Zjunk",
	};
	int64_t ms = 4711;

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		if (clock_parse(good[i].text, &ms) != 0 || ms != good[i].ms)
			fail_msg("%s gave %lld", good[i].text, (long long)ms);
	}
	ms = 4711;
	for (size_t i = 0; i < LEN(wrong); i++) {
		if (clock_parse(wrong[i], &ms) != -1 || ms != 4711)
			fail_msg("\"%s\" was accepted as %lld", wrong[i], (long long)ms);
	}
	assert_int_equal(clock_parse(NULL, &ms), -1);
}

static void
test_clock_parse_http(void **state)
{
	static const char *const wrong[] = { "", "Mon, 23 Nov 2026 10:00:00", "Mon, 23 Nov 2026 10:00:00 UTC", "Mon, 31 Nov 2026 10:00:00 GMT",
		"Mon, 23 nov 2026 10:00:00 GMT", "Mon 23 Nov 2026 10:00:00 GMT ", "Mon, 23-Nov-2026 10:00:00 GMT", "Mon, 23 ovD 2026 10:00:00 GMT",
		"Mon, xx Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 25:00:00 GMT" };
	int64_t ms = 4711;

	(void)state;
	for (size_t i = 0; i < LEN(wrong); i++)
		assert_int_equal(clock_parse_http(wrong[i], &ms), -1);
	assert_int_equal(ms, 4711);
	assert_int_equal(clock_parse_http("Mon, 23 Nov 2026 10:00:00 GMT", &ms), 0);
	assert_int_equal(ms, NOV23);
	assert_int_equal(clock_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &ms), 0);
	assert_int_equal(ms, INT64_C(784111777000));
}

static void
zone(const char *tz)
{
	if (tz == NULL)
		unsetenv("TZ");
	else
		setenv("TZ", tz, 1);
	tzset();
}

static void
test_clock_print(void **state)
{
	const char *was = getenv("TZ") == NULL ? NULL : arena_strdup(a, getenv("TZ"));

	(void)state;
	assert_string_equal(clock_iso(a, NOV23 + 45123), "2026-11-23T10:00:45.123Z");
	assert_string_equal(clock_iso(a, 0), "1970-01-01T00:00:00.000Z");
	assert_string_equal(clock_iso(a, -1), "1969-12-31T23:59:59.999Z");
	assert_string_equal(clock_iso(a, -1000), "1969-12-31T23:59:59.000Z");
	zone("XXX-05:30");
	assert_string_equal(clock_datetime(a, NOV23), "2026-11-23 15:30");
	assert_string_equal(clock_date(a, NOV23 + 9 * HOUR), "2026-11-24");
	zone("YYY+11");
	assert_string_equal(clock_datetime(a, NOV23), "2026-11-22 23:00");
	assert_string_equal(clock_date(a, NOV23), "2026-11-22");
	zone("UTC");
	assert_string_equal(clock_datetime(a, -1), "1969-12-31 23:59");
	zone(was);
}

/* Whatever is printed is read back as the same instant. */
static void
test_clock_round_trip(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		int64_t ms = (int64_t)next_random(&seed) * 997 - INT64_C(900000000000), back;

		assert_int_equal(clock_parse(clock_iso(a, ms), &back), 0);
		assert_int_equal(back, ms);
	}
}

static void
test_clock_fake(void **state)
{
	int64_t before;

	(void)state;
	clock_fake(NOV23);
	assert_int_equal(clock_wall_ms(), NOV23);
	assert_int_equal(clock_mono_ms(), NOV23);
	assert_int_equal(clock_mono_us(), NOV23 * 1000);
	clock_fake(-1);
	before = clock_mono_us();
	assert_true(clock_mono_us() >= before);
	assert_true(clock_wall_ms() != NOV23);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_urlencode),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_unbase64),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_visible),
		cmocka_unit_test(test_utf8_classes),
		cmocka_unit_test(test_utf8_walk),
		cmocka_unit_test(test_error_record),
		cmocka_unit_test(test_error_kinds),
		cmocka_unit_test(test_clock_parse),
		cmocka_unit_test(test_clock_parse_http),
		cmocka_unit_test(test_clock_print),
		cmocka_unit_test(test_clock_round_trip),
		cmocka_unit_test(test_clock_fake),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
