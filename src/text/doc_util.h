/* What the readers and writers share among themselves. Not for other folders. */
#ifndef TEXT_DOC_UTIL_H
#define TEXT_DOC_UTIL_H

#include "text/doc.h"

bool attrs_equal(const struct attr *, const struct attr *);
bool text_is_blank(const char *s, size_t len);	/* space, tab, CR, LF only */
int text_check_size(size_t len, struct err *) ATTR_MUST;

/* Valid UTF-8 without NUL: s itself when it is, else a repaired copy in the arena. */
const char *text_clean(struct arena *, const char *s, size_t len, size_t *ret_len);

/*
 * Characters that a reader cannot see but a model reads: bidirectional controls, tag
 * characters, zero-width spaces, soft hyphens, control characters. Writers of Markdown
 * and text leave them out. Joiners and variation selectors stay (scripts and emoji need them).
 */
bool text_is_invisible(uint32_t cp);
void text_visible(struct buf *, const char *s, size_t len);	/* appends s without them */
bool text_all_visible(const char *s, size_t len);

/* "amp", "nbsp", "#65", "#x41" (without & and ;): its UTF-8 form, 0 when unknown. */
size_t entity_decode(const char *name, size_t len, char out[8]);
/* The HTML entities, for the DOCTYPE of the storage reader. NULL at the end. */
const char *entity_at(size_t index, uint32_t *ret_cp);

/* Emoji: by ":name:" or by a wiki emoticon such as "(/)". NULL when unknown. */
struct emoji {
	const char *name;	/* ":check_mark:" */
	const char *id;		/* "1f603" or "atlassian-check_mark" */
	const char *text;	/* the character, or the name where there is none */
	const char *wiki;	/* ":D", or NULL */
	const char *storage;	/* ac:emoticon's name, or NULL */
};
const struct emoji *emoji_by_name(const char *name, size_t len);	/* with colons */
const struct emoji *emoji_by_storage(const char *name);
const struct emoji *emoji_at(size_t index);	/* NULL after the last */
void emoji_set(struct doc *, struct node *, const struct emoji *);

/* "red", "#f00", "#ff0000", "rgb(255, 0, 0)" as "#ff0000"; NULL when it is no colour. */
const char *color_hex(struct arena *, const char *s, size_t len);

/* Days since 1970 of "yyyy-mm-dd" as milliseconds text; NULL when it is no date. */
const char *date_to_timestamp(struct arena *, const char *s, size_t len);
/* "yyyy-mm-dd" of a timestamp attribute (UTC); the text itself when it is no number. */
const char *date_of_timestamp(struct arena *, const char *timestamp);

/* A macro of Confluence as ADF's extension attributes. params: macroParams as a JSON object or NULL. */
extern const char extension_confluence[];	/* "com.atlassian.confluence.macro.core" */
void macro_set(struct doc *, struct node *, const char *key, json *params);
/* Its flat parameters, or NULL: { "name": {"value": "x"} } or { "name": "x" }. */
json *macro_params(const struct node *);
const char *macro_param_value(json *param);

/* Makes the tree valid by ADF's schema: a copy where something must change (adf_fit.c). */
struct node *adf_fit(struct doc *, struct node *root);
/* A node of type parent whose children are first and its siblings, made valid there. */
struct node *adf_fit_under(struct doc *, enum node_type parent, const struct node *first);

/* Plain text of a node and everything in it (text, names, not marks); appended. */
void node_plain(const struct node *, struct buf *out);
/* 1 to 6, whatever the attribute says. */
int node_level(const struct node *);
/* Shallow copy without children and siblings. */
struct node *node_copy(struct doc *, const struct node *);

/* The inline part of the Markdown writer, for tables and captions (md_inline.c). */
enum {
	MDI_CELL = 1 << 0,	/* in a pipe table: escape '|', breaks as <br> */
	MDI_ONE_LINE = 1 << 1,	/* in a heading: breaks as <br> */
	MDI_FULL = 1 << 2,
	MDI_SPACES = 1 << 4,	/* white space counts: say what Markdown would drop as an entity (md_inlines sets it) */
	MDI_START = 1 << 3,	/* at the start of a block: escape what would begin another */
};
void md_inlines(const struct doc *, const struct node *first, unsigned flags, struct buf *out);

/* Whether Markdown shows nothing for it. */
bool md_is_hidden(const struct node *);
/* One block (and everything in it) as Markdown, without the empty line after it; what doc_merge compares. */
void md_block(const struct doc *, const struct node *, unsigned flags, struct buf *out);

#endif
