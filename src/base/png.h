/*
 * Small charts as PNG (ISO/IEC 15948): a canvas of at most 16 colours, lines, boxes and numbers. Pure. The pixels are
 * packed with runs only, which is what flat drawings are made of: a chart is a few kilobytes.
 */
#ifndef BASE_PNG_H
#define BASE_PNG_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { PNG_MAX_SIDE = 2048, PNG_COLOURS = 16 };

struct png {
	int width, height;
	unsigned char *pixel;		/* one byte each: a place in the palette */
	uint32_t palette[PNG_COLOURS];	/* 0xrrggbb; 0 is the background */
};

struct png *png_new(struct arena *, int width, int height, const uint32_t *palette, size_t colours);	/* BUG when too large */
/* What lies outside is not drawn. */
void png_box(struct png *, int x, int y, int width, int height, int colour);
void png_line(struct png *, int x0, int y0, int x1, int y1, int thick, int colour);
/* Digits, '-', '.' and ':' in cells of 8 x 12 pixels; x, y: the upper left corner. Other characters leave a gap. */
void png_text(struct png *, int x, int y, const char *text, int colour);
/* The file's bytes. */
const char *png_file(struct arena *, const struct png *, size_t *ret_len);

#endif
