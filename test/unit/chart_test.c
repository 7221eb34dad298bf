/*
 * The PNG of a chart is read back by a reader of its own: signature, chunks and their check sums, the zlib stream with its
 * runs, the filter. So a wrong code, length or sum shows as another pixel. And the score of likeness.
 */
#include "unit/unit.h"

#include "base/png.h"
#include "text/overlap.h"

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
	return 0;
}

struct reader {
	const unsigned char *data;
	size_t len, bit;
};

static unsigned
bits(struct reader *r, int n)
{
	unsigned v = 0;

	for (int i = 0; i < n; i++, r->bit++) {
		assert_true(r->bit / 8 < r->len);
		v |= (unsigned)(r->data[r->bit / 8] >> r->bit % 8 & 1) << i;
	}
	return v;
}

/* RFC 1951, 3.2.6 */
static unsigned
symbol(struct reader *r)
{
	unsigned code = 0;

	for (int n = 1; n <= 9; n++) {
		code = code << 1 | bits(r, 1);
		if (n == 7 && code <= 0x17)
			return 256 + code;
		if (n == 8 && code >= 0x30 && code <= 0xbf)
			return code - 0x30;
		if (n == 8 && code >= 0xc0 && code <= 0xc7)
			return 280 + code - 0xc0;
		if (n == 9 && code >= 0x190)
			return 144 + code - 0x190;
	}
	fail_msg("no such code");
	return 0;
}

static size_t
inflate(const unsigned char *data, size_t len, unsigned char *out, size_t room)
{
	static const unsigned base[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
	static const int extra[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
	struct reader r = { data + 2, len - 6, 0 };
	uint32_t s1 = 1, s2 = 0;
	size_t n = 0;

	assert_int_equal((data[0] * 256 + data[1]) % 31, 0);
	assert_int_equal(bits(&r, 3), 3);
	for (;;) {
		unsigned s = symbol(&r), run;

		if (s == 256)
			break;
		run = s < 256 ? 1 : base[s - 257] + bits(&r, extra[s - 257]);
		if (s > 256)
			assert_int_equal(bits(&r, 5), 0);
		for (; run > 0; run--, n++) {
			assert_true(n < room);
			out[n] = s < 256 ? (unsigned char)s : out[n - 1];
		}
	}
	for (size_t i = 0; i < n; i++) {
		s1 = (s1 + out[i]) % 65521;
		s2 = (s2 + s1) % 65521;
	}
	data += len - 4;
	assert_int_equal(s2 << 16 | s1, (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3]);
	return n;
}

static uint32_t
be(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t
crc(const unsigned char *p, size_t n)
{
	uint32_t c = 0xffffffff;

	for (; n > 0; n--, p++) {
		c ^= *p;
		for (int k = 0; k < 8; k++)
			c = (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1;
	}
	return ~c;
}

/* The picture's pixels again. */
static void
same_picture(const struct png *p)
{
	size_t len, stride = ((size_t)p->width + 1) / 2 + 1, room = stride * (size_t)p->height + 16, n = 0;
	const unsigned char *file = (const unsigned char *)png_file(a, p, &len), *at = file + 8;
	unsigned char *rows = arena_alloc(a, room);
	int chunks = 0;

	assert_memory_equal(file, "\x89PNG\r\n\x1a\n", 8);
	for (; at < file + len; at += be(at) + 12, chunks++) {
		assert_int_equal(crc(at + 4, be(at) + 4), be(at + 8 + be(at)));
		if (memcmp(at + 4, "IHDR", 4) == 0) {
			assert_int_equal(be(at + 8), p->width);
			assert_int_equal(be(at + 12), p->height);
		} else if (memcmp(at + 4, "IDAT", 4) == 0) {
			n = inflate(at + 8, be(at), rows, room);
		}
	}
	assert_int_equal(chunks, 4);
	assert_int_equal(n, stride * (size_t)p->height);
	for (size_t y = 0; y < (size_t)p->height; y++) {
		assert_int_equal(rows[y * stride], 2);
		for (size_t i = 1; y > 0 && i < stride; i++)
			rows[y * stride + i] = (unsigned char)(rows[y * stride + i] + rows[(y - 1) * stride + i]);
		for (size_t x = 0; x < (size_t)p->width; x++)
			assert_int_equal(rows[y * stride + 1 + x / 2] >> (x % 2 == 0 ? 4 : 0) & 15, p->pixel[y * (size_t)p->width + x]);
	}
}

static const uint32_t palette[] = { 0xffffff, 0, 0xff0000, 0x00ff00 };

static void
test_picture(void **state)
{
	struct png *p = png_new(a, 301, 97, palette, 4);
	uint64_t r = 1;

	(void)state;
	same_picture(p);
	png_box(p, 10, 10, 200, 30, 2);
	png_line(p, 0, 96, 300, 0, 3, 3);
	png_text(p, 5, 5, "0123456789-.:x", 1);
	same_picture(p);
	for (size_t i = 0; i < 301 * 97; i++) {	/* nothing repeats */
		r = r * 6364136223846793005U + 1442695040888963407U;
		p->pixel[i] = r >> 60;
	}
	same_picture(p);
}

static void
test_outside(void **state)
{
	struct png *p = png_new(a, 20, 20, palette, 4);

	(void)state;
	png_box(p, -5, -5, 8, 8, 1);
	png_box(p, 18, 18, 50, 50, 1);
	png_line(p, -10, 5, 40, 5, 3, 2);
	png_text(p, 15, 15, "888", 3);
	assert_int_equal(p->pixel[0], 1);
	assert_int_equal(p->pixel[3 * 20 + 3], 0);
	assert_int_equal(p->pixel[5 * 20 + 19], 2);
	same_picture(p);
}

/* Every length of run from 1 to 600, each between two other bytes. */
static void
test_runs(void **state)
{
	struct png *p = png_new(a, 2 * 602, 600, palette, 4);

	(void)state;
	for (int y = 0; y < 600; y++)
		png_box(p, 2, y, 2 * (y + 1), 1, 1 + (y & 1));
	same_picture(p);
}

static void
test_words(void **state)
{
	struct words_of w = overlap_words(a, "The logins FAIL on Safari, and the login page is empty (class)!");

	(void)state;
	assert_int_equal(w.n, 6);	/* login once; no the, on, and, is */
	assert_string_equal(w.v[0], "login");
	assert_string_equal(w.v[2], "safari");
	assert_string_equal(w.v[5], "class");
	assert_int_equal(overlap_words(a, "").n, 0);
	assert_int_equal(overlap_words(a, "... - the").n, 0);
}

static void
test_scores(void **state)
{
	static const char *const others[] = { "Login fails on Safari", "Safari: the login button does nothing", "Prices are wrong", "" };
	int score[4];

	(void)state;
	overlap_score(a, "login fails on safari", others, 4, score);
	assert_int_equal(score[0], 100);
	assert_in_range(score[1], 10, 60);
	assert_int_equal(score[2], 0);
	assert_int_equal(score[3], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_picture, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_outside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scores, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
