/* The pages of the seed. */
#ifndef SANDBOX_CF_SEED_TEXT_H
#define SANDBOX_CF_SEED_TEXT_H

#include "sandbox/cf_model.h"

struct cf_seed_page {
	enum cf_type type;
	const char *space;		/* a key, or PERSONAL */
	const char *parent;		/* title; NULL: top */
	const char *title;
	int author, days;		/* written so many days ago */
	const char *labels;		/* separated by spaces; may be NULL */
	/* h the space's home, a archived, t trashed, r restricted to read, e to edit, d draft, l live doc, R the long page */
	const char *flags;
	const char *body;		/* NULL: none */
	const char *old[2];		/* earlier bodies */
};
extern const struct cf_seed_page cf_seed_pages[];
extern const size_t cf_seed_page_count;

#endif
