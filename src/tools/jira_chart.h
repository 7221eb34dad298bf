/* Charts beside the numbers: a PNG of our own drawing, attached to the answer. */
#ifndef TOOLS_JIRA_CHART_H
#define TOOLS_JIRA_CHART_H

#include "tools/out.h"

enum { CHART_MAX_SERIES = 8 };

enum chart_kind {
	CHART_LINES,	/* each series a line */
	CHART_AREAS,	/* series on top of each other, the first one at the bottom */
	CHART_BARS,	/* groups of bars beside each other */
};

struct chart {
	enum chart_kind kind;
	size_t points, series;
	const double *value[CHART_MAX_SERIES];	/* points each; negative: none there */
	const char *name[CHART_MAX_SERIES];
	const char **label;			/* of each point, "11-23"; some are drawn. May be NULL */
};

/* Draws and attaches it, and says which colour is what. */
void chart_attach(struct arena *, struct out *, const char *file_name, const struct chart *);

#endif
