/*
 * Pixels -> rows of 4 bits, each stated as the difference to the row above (filter "Up") -> a zlib stream of fixed
 * Huffman codes in which a repeated byte is one run at distance 1 (RFC 1951, 3.2.6) -> chunks with their check sums.
 */
#include "base/png.h"

#include "base/buf.h"
#include "base/mem.h"

#include <string.h>

enum { CELL = 8, DOT = 2, MAX_FILE = 4 * 1024 * 1024 };

struct png *
png_new(struct arena *a, int width, int height, const uint32_t *palette, size_t colours)
{
	struct png *p = arena_alloc(a, sizeof(*p));

	if (width < 1 || height < 1 || width > PNG_MAX_SIDE || height > PNG_MAX_SIDE || colours > PNG_COLOURS)
		BUG("no such canvas");
	p->width = width;
	p->height = height;
	p->pixel = arena_alloc(a, (size_t)width * (size_t)height);
	memcpy(p->palette, palette, colours * sizeof(*palette));
	return p;
}

void
png_box(struct png *p, int x, int y, int width, int height, int colour)
{
	for (int j = y < 0 ? 0 : y; j < y + height && j < p->height; j++) {
		for (int i = x < 0 ? 0 : x; i < x + width && i < p->width; i++)
			p->pixel[(size_t)j * (size_t)p->width + (size_t)i] = (unsigned char)colour;
	}
}

void
png_line(struct png *p, int x0, int y0, int x1, int y1, int thick, int colour)
{
	int dx = x1 > x0 ? x1 - x0 : x0 - x1, dy = y1 > y0 ? y1 - y0 : y0 - y1, steps = dx > dy ? dx : dy;

	for (int i = 0; i <= steps; i++) {
		int x = steps == 0 ? x0 : x0 + (x1 - x0) * i / steps, y = steps == 0 ? y0 : y0 + (y1 - y0) * i / steps;

		png_box(p, x - thick / 2, y - thick / 2, thick, thick, colour);
	}
}

void
png_text(struct png *p, int x, int y, const char *text, int colour)
{
	static const struct {
		char ch;
		unsigned char row[5];	/* three dots each, the left one is 4 */
	} font[] = {
		{ '0', { 7, 5, 5, 5, 7 } }, { '1', { 2, 6, 2, 2, 7 } }, { '2', { 7, 1, 7, 4, 7 } }, { '3', { 7, 1, 7, 1, 7 } },
		{ '4', { 5, 5, 7, 1, 1 } }, { '5', { 7, 4, 7, 1, 7 } }, { '6', { 7, 4, 7, 5, 7 } }, { '7', { 7, 1, 1, 2, 2 } },
		{ '8', { 7, 5, 7, 5, 7 } }, { '9', { 7, 5, 7, 1, 7 } }, { '-', { 0, 0, 7, 0, 0 } }, { '.', { 0, 0, 0, 0, 2 } },
		{ ':', { 0, 2, 0, 2, 0 } },
	};

	for (; *text != '\0'; text++, x += CELL) {
		for (size_t k = 0; k < LEN(font); k++) {
			for (int dot = 0; font[k].ch == *text && dot < 15; dot++) {
				if ((font[k].row[dot / 3] & 4 >> dot % 3) != 0)
					png_box(p, x + dot % 3 * DOT, y + dot / 3 * DOT, DOT, DOT, colour);
			}
		}
	}
}

/* ---- the file ---- */

struct bits {
	struct buf *out;
	uint32_t held;
	int count;
};

static void
put_bits(struct bits *b, uint32_t value, int count)
{
	b->held |= value << b->count;
	b->count += count;
	while (b->count >= 8) {
		buf_addc(b->out, (char)(b->held & 0xff));
		b->held >>= 8;
		b->count -= 8;
	}
}

/* A Huffman code goes out with its first bit first. */
static void
put_code(struct bits *b, uint32_t code, int count)
{
	uint32_t turned = 0;

	for (int i = 0; i < count; i++)
		turned |= (code >> i & 1) << (count - 1 - i);
	put_bits(b, turned, count);
}

static void
put_symbol(struct bits *b, uint32_t symbol)
{
	if (symbol < 144)
		put_code(b, 0x30 + symbol, 8);
	else if (symbol < 256)
		put_code(b, 0x190 + symbol - 144, 9);
	else if (symbol < 280)
		put_code(b, symbol - 256, 7);
	else
		put_code(b, 0xc0 + symbol - 280, 8);
}

/* The last byte again, length times: 3 to 258. */
static void
put_run(struct bits *b, uint32_t length)
{
	if (length == 258) {
		put_symbol(b, 285);
	} else if (length < 11) {
		put_symbol(b, 254 + length);
	} else {	/* four codes for each number of extra bits: 265.. from 11 by 2, 269.. from 19 by 4, ... */
		uint32_t extra = 1, base = 11;

		while (length >= base + (4U << extra)) {
			base += 4U << extra;
			extra++;
		}
		put_symbol(b, 265 + 4 * (extra - 1) + ((length - base) >> extra));
		put_bits(b, (length - base) & ((1U << extra) - 1), (int)extra);
	}
	put_code(b, 0, 5);	/* distance 1 */
}

static void
put_be(struct buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(b, (char)(n >> shift & 0xff));
}

static void
deflate_runs(struct buf *out, const unsigned char *data, size_t len)
{
	struct bits b = { .out = out };
	uint32_t s1 = 1, s2 = 0;

	buf_add(out, "\x78\x01", 2);
	put_bits(&b, 3, 3);	/* the last block, fixed codes */
	for (size_t i = 0; i < len;) {
		size_t run = 0;

		while (i > 0 && i + run < len && run < 258 && data[i + run] == data[i - 1])
			run++;
		if (run >= 3)
			put_run(&b, (uint32_t)run);
		else
			put_symbol(&b, data[i]);
		i += run >= 3 ? run : 1;
	}
	put_symbol(&b, 256);
	if (b.count > 0)
		put_bits(&b, 0, 8 - b.count);
	for (size_t i = 0; i < len; i++) {
		s1 = (s1 + data[i]) % 65521;
		s2 = (s2 + s1) % 65521;
	}
	put_be(out, s2 << 16 | s1);
}

static void
put_chunk(struct buf *b, const char *type, const void *data, size_t len)
{
	size_t at = b->len + 4;
	uint32_t crc = 0xffffffff;

	put_be(b, (uint32_t)len);
	buf_add(b, type, 4);
	buf_add(b, data, len);
	for (size_t i = at; i < b->len; i++) {
		crc ^= (unsigned char)b->data[i];
		for (int k = 0; k < 8; k++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	put_be(b, ~crc);
}

const char *
png_file(struct arena *a, const struct png *p, size_t *ret_len)
{
	size_t stride = ((size_t)p->width + 1) / 2 + 1;	/* the filter's byte, two pixels a byte */
	unsigned char *rows = arena_alloc(a, stride * (size_t)p->height), *packed = arena_alloc(a, 2 * stride);
	struct buf file, part;
	const char *bytes;

	for (int y = 0; y < p->height; y++) {
		unsigned char *now = packed + (size_t)(y & 1) * stride, *above = packed + (size_t)(~y & 1) * stride;
		unsigned char *row = rows + (size_t)y * stride;

		memset(now, 0, stride);
		for (int x = 0; x < p->width; x++)
			now[x / 2] |= (unsigned char)(p->pixel[(size_t)y * (size_t)p->width + (size_t)x] << ((x & 1) != 0 ? 0 : 4));
		row[0] = 2;
		for (size_t i = 0; i + 1 < stride; i++)
			row[i + 1] = (unsigned char)(now[i] - (y == 0 ? 0 : above[i]));
	}
	buf_init(&file, MAX_FILE);
	buf_init(&part, MAX_FILE);
	buf_add(&file, "\x89PNG\r\n\x1a\n", 8);
	put_be(&part, (uint32_t)p->width);
	put_be(&part, (uint32_t)p->height);
	buf_add(&part, "\x04\x03\0\0\0", 5);	/* 4 bits, palette */
	put_chunk(&file, "IHDR", part.data, part.len);
	buf_reset(&part);
	for (size_t i = 0; i < PNG_COLOURS; i++) {
		buf_addc(&part, (char)(p->palette[i] >> 16 & 0xff));
		buf_addc(&part, (char)(p->palette[i] >> 8 & 0xff));
		buf_addc(&part, (char)(p->palette[i] & 0xff));
	}
	put_chunk(&file, "PLTE", part.data, part.len);
	buf_reset(&part);
	deflate_runs(&part, rows, stride * (size_t)p->height);
	put_chunk(&file, "IDAT", part.data, part.len);
	put_chunk(&file, "IEND", "", 0);
	bytes = arena_strndup(a, file.data, file.len);
	*ret_len = file.len;
	buf_release(&part);
	buf_release(&file);
	return bytes;
}
