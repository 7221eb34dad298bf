/* One scale from zero to a round number above the highest value; five lines of a grid; then the series, last the labels. */
#include "tools/jira_chart.h"

#include "base/png.h"

#include <string.h>

enum { WIDTH = 640, HEIGHT = 320, LEFT = 44, RIGHT = 12, TOP = 12, BOTTOM = 26, LINES = 5, GREY = 1, LIGHT = 2, FIRST = 3 };

static const uint32_t palette[] = { 0xffffff, 0x606060, 0xdddddd, 0x1f77b4, 0x999999, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd,
	0x8c564b, 0x17becf };
static const char *const colours[] = { "blue", "grey", "orange", "green", "red", "purple", "brown", "cyan" };

struct plot {
	struct png *png;
	const struct chart *chart;
	double top;
};

static double
highest(const struct chart *c)
{
	double max = 0;

	for (size_t i = 0; i < c->points; i++) {
		double sum = 0;

		for (size_t s = 0; s < c->series; s++) {
			double v = c->value[s][i];

			sum = c->kind == CHART_AREAS && v > 0 ? sum + v : v > sum ? v : sum;
		}
		max = sum > max ? sum : max;
	}
	return max;
}

/* 5, 10, 15, 20, 25, 50 ...: LINES equal steps of whole numbers. */
static double
round_top(double max)
{
	double step = 1;

	while (step * LINES < max) {
		if (step * LINES * 2 >= max)
			return step * 2 * LINES;
		if (step * LINES * 5 >= max)
			return step * 5 * LINES;
		step *= 10;
	}
	return step * LINES;
}

static int
x_of(const struct plot *p, size_t i)
{
	size_t gaps = p->chart->points > 1 ? p->chart->points - 1 : 1;

	return LEFT + (int)((size_t)(WIDTH - LEFT - RIGHT) * i / gaps);
}

static int
y_of(const struct plot *p, double v)
{
	return HEIGHT - BOTTOM - (int)((double)(HEIGHT - TOP - BOTTOM) * v / p->top);
}

static void
grid(struct arena *a, struct plot *p)
{
	for (int i = 0; i <= LINES; i++) {
		double v = p->top * i / LINES;
		const char *text = arena_printf(a, "%.0f", v);

		png_line(p->png, LEFT, y_of(p, v), WIDTH - RIGHT, y_of(p, v), 1, i == 0 ? GREY : LIGHT);
		png_text(p->png, LEFT - 6 - 8 * (int)strlen(text), y_of(p, v) - 5, text, GREY);
	}
}

static void
labels(struct plot *p)
{
	size_t every = p->chart->points / 8 + 1;

	for (size_t i = 0; p->chart->label != NULL && i < p->chart->points; i += every) {
		const char *text = p->chart->label[i];
		int x = p->chart->kind == CHART_BARS ? LEFT + (int)((size_t)(WIDTH - LEFT - RIGHT) * (2 * i + 1) / (2 * p->chart->points)) :
		    x_of(p, i);

		x -= 4 * (int)strlen(text);
		png_text(p->png, x + 8 * (int)strlen(text) > WIDTH ? WIDTH - 8 * (int)strlen(text) : x, HEIGHT - BOTTOM + 8, text, GREY);
	}
}

static void
lines(struct plot *p)
{
	const struct chart *c = p->chart;

	for (size_t s = c->series; s > 0; s--) {
		for (size_t i = 0; i + 1 < c->points; i++) {
			if (c->value[s - 1][i] >= 0 && c->value[s - 1][i + 1] >= 0)
				png_line(p->png, x_of(p, i), y_of(p, c->value[s - 1][i]), x_of(p, i + 1), y_of(p, c->value[s - 1][i + 1]), 3,
				    FIRST + (int)s - 1);
		}
	}
}

static void
areas(struct plot *p)
{
	const struct chart *c = p->chart;

	for (int x = LEFT; x < WIDTH - RIGHT && c->points > 1; x++) {
		double place = (double)(x - LEFT) * (double)(c->points - 1) / (WIDTH - LEFT - RIGHT), below = 0;
		size_t i = (size_t)place < c->points - 2 ? (size_t)place : c->points - 2;

		for (size_t s = 0; s < c->series; s++) {
			double v = below + c->value[s][i] + (c->value[s][i + 1] - c->value[s][i]) * (place - (double)i);

			png_box(p->png, x, y_of(p, v), 1, y_of(p, below) - y_of(p, v), FIRST + (int)s);
			below = v;
		}
	}
}

static void
bars(struct plot *p)
{
	const struct chart *c = p->chart;
	int group = (WIDTH - LEFT - RIGHT) / (int)(c->points > 0 ? c->points : 1), width = group * 7 / 10 / (int)c->series;

	for (size_t i = 0; i < c->points; i++) {
		for (size_t s = 0; s < c->series; s++) {
			int y = y_of(p, c->value[s][i] > 0 ? c->value[s][i] : 0);

			png_box(p->png, LEFT + (int)i * group + group * 3 / 20 + (int)s * width, y, width, HEIGHT - BOTTOM - y, FIRST + (int)s);
		}
	}
}

void
chart_attach(struct arena *a, struct out *o, const char *file_name, const struct chart *c)
{
	struct plot p = { .png = png_new(a, WIDTH, HEIGHT, palette, LEN(palette)), .chart = c, .top = round_top(highest(c)) };
	const char *legend = NULL, *bytes;
	size_t len;

	grid(a, &p);
	switch (c->kind) {
	case CHART_LINES: lines(&p); break;
	case CHART_AREAS: areas(&p); break;
	case CHART_BARS: bars(&p); break;
	}
	labels(&p);
	bytes = png_file(a, p.png, &len);
	for (size_t s = 0; s < c->series; s++)
		legend = legend == NULL ? arena_printf(a, "%s %s", colours[s], c->name[s]) : arena_printf(a, "%s, %s %s", legend, colours[s], c->name[s]);
	if (out_blob(o, file_name, "image/png", bytes, len) == 0)
		out_pair(o, "Colours", legend);
}
