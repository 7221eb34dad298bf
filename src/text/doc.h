/*
 * Documents: one tree, several skins. Markdown, ADF, Confluence storage format and
 * Jira wiki markup are all read into a struct doc and written from it. Pure: no I/O,
 * no clock. A document and everything in it lives in the arena given to its reader;
 * the reader's input must live as long (the tree points into it).
 *
 * The vocabulary is ADF's: node and mark types are ADF's, and an attribute bears ADF's
 * name ("level", "panelType", "localId"). Attributes of our own begin with '_' and never
 * reach ADF. What a skin cannot say becomes an opaque node, which keeps its source bytes
 * and is shown in Markdown as a marker with a handle (a hash of those bytes).
 *
 * Limits: an input of DOC_MAX_BYTES, DOC_MAX_NODES nodes, DOC_MAX_DEPTH levels. Deeper
 * nesting is flattened into the deepest level, never refused.
 *
 *	struct doc *d = doc_read_md(arena, text, len, &err);	NULL: err says why
 *	jw_init(&w, &out);
 *	doc_write_adf(d, &w);					overflow: the buffer's sticky flag
 */
#ifndef TEXT_DOC_H
#define TEXT_DOC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"
#include "json/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DOC_MAX_BYTES = 32 << 20,
	DOC_MAX_NODES = 1 << 20,
	DOC_MAX_DEPTH = 24,	/* two levels of JSON each, and the JSON reader allows 64 */
};

enum node_class {
	CLASS_BLOCKS,	/* a block that holds blocks (or rows, items, columns) */
	CLASS_INLINES,	/* a block that holds inline nodes */
	CLASS_LEAF,	/* a block that holds nothing, or only text */
	CLASS_INLINE,	/* an inline node */
};

/*	type			ADF's name		class */
#define NODE_TYPES(X) \
	X(NODE_DOC,		"doc",			CLASS_BLOCKS) \
	X(NODE_PARAGRAPH,	"paragraph",		CLASS_INLINES) \
	X(NODE_HEADING,		"heading",		CLASS_INLINES)	/* level */ \
	X(NODE_BULLET_LIST,	"bulletList",		CLASS_BLOCKS) \
	X(NODE_ORDERED_LIST,	"orderedList",		CLASS_BLOCKS)	/* order: start number */ \
	X(NODE_LIST_ITEM,	"listItem",		CLASS_BLOCKS) \
	X(NODE_TASK_LIST,	"taskList",		CLASS_BLOCKS)	/* may hold task lists */ \
	X(NODE_TASK_ITEM,	"taskItem",		CLASS_INLINES)	/* state TODO, DONE */ \
	X(NODE_BLOCK_TASK_ITEM,	"blockTaskItem",	CLASS_BLOCKS) \
	X(NODE_DECISION_LIST,	"decisionList",		CLASS_BLOCKS) \
	X(NODE_DECISION_ITEM,	"decisionItem",		CLASS_INLINES)	/* state DECIDED, ... */ \
	X(NODE_CODE_BLOCK,	"codeBlock",		CLASS_LEAF)	/* text; language, _title */ \
	X(NODE_BLOCKQUOTE,	"blockquote",		CLASS_BLOCKS) \
	X(NODE_RULE,		"rule",			CLASS_LEAF) \
	X(NODE_TABLE,		"table",		CLASS_BLOCKS) \
	X(NODE_TABLE_ROW,	"tableRow",		CLASS_BLOCKS) \
	X(NODE_TABLE_CELL,	"tableCell",		CLASS_BLOCKS)	/* colspan, rowspan, colwidth, background */ \
	X(NODE_TABLE_HEADER,	"tableHeader",		CLASS_BLOCKS) \
	X(NODE_PANEL,		"panel",		CLASS_BLOCKS)	/* panelType, _title */ \
	X(NODE_EXPAND,		"expand",		CLASS_BLOCKS)	/* title */ \
	X(NODE_NESTED_EXPAND,	"nestedExpand",		CLASS_BLOCKS) \
	X(NODE_LAYOUT_SECTION,	"layoutSection",	CLASS_BLOCKS) \
	X(NODE_LAYOUT_COLUMN,	"layoutColumn",		CLASS_BLOCKS)	/* width */ \
	X(NODE_MEDIA_SINGLE,	"mediaSingle",		CLASS_BLOCKS)	/* one media, perhaps a caption */ \
	X(NODE_MEDIA_GROUP,	"mediaGroup",		CLASS_BLOCKS) \
	X(NODE_MEDIA,		"media",		CLASS_LEAF)	/* type file: id (a name where no id is known); type external: url; alt */ \
	X(NODE_CAPTION,		"caption",		CLASS_INLINES) \
	X(NODE_BLOCK_CARD,	"blockCard",		CLASS_LEAF)	/* url */ \
	X(NODE_EMBED_CARD,	"embedCard",		CLASS_LEAF) \
	X(NODE_EXTENSION,	"extension",		CLASS_LEAF)	/* extensionType, extensionKey, parameters; text: a plain body */ \
	X(NODE_BODIED_EXTENSION, "bodiedExtension",	CLASS_BLOCKS) \
	X(NODE_MULTI_BODIED_EXTENSION, "multiBodiedExtension", CLASS_BLOCKS) \
	X(NODE_EXTENSION_FRAME,	"extensionFrame",	CLASS_BLOCKS) \
	X(NODE_SYNC_BLOCK,	"syncBlock",		CLASS_LEAF) \
	X(NODE_BODIED_SYNC_BLOCK, "bodiedSyncBlock",	CLASS_BLOCKS) \
	X(NODE_OPAQUE_BLOCK,	"_opaqueBlock",		CLASS_LEAF)	/* text: its source; _handle, _label, _skin */ \
	X(NODE_TEXT,		"text",			CLASS_INLINE)	/* text, marks */ \
	X(NODE_HARD_BREAK,	"hardBreak",		CLASS_INLINE) \
	X(NODE_MENTION,		"mention",		CLASS_INLINE)	/* id, text: "@Name"; either may be missing */ \
	X(NODE_EMOJI,		"emoji",		CLASS_INLINE)	/* shortName ":x:", id, text */ \
	X(NODE_DATE,		"date",			CLASS_INLINE)	/* timestamp: milliseconds as a string */ \
	X(NODE_STATUS,		"status",		CLASS_INLINE)	/* text, color */ \
	X(NODE_PLACEHOLDER,	"placeholder",		CLASS_INLINE)	/* text */ \
	X(NODE_INLINE_CARD,	"inlineCard",		CLASS_INLINE)	/* url */ \
	X(NODE_INLINE_EXTENSION, "inlineExtension",	CLASS_INLINE) \
	X(NODE_MEDIA_INLINE,	"mediaInline",		CLASS_INLINE)	/* as media */ \
	X(NODE_OPAQUE_INLINE,	"_opaqueInline",	CLASS_INLINE)

enum node_type {
#define NODE_ENUM(type, name, class) type,
	NODE_TYPES(NODE_ENUM)
#undef NODE_ENUM
	NODE_TYPE_COUNT
};

/* In the order in which ADF lists them on a text node: outermost first. */
#define MARK_TYPES(X) \
	X(MARK_LINK,		"link")			/* href, title */ \
	X(MARK_ANNOTATION,	"annotation")		/* id: an inline comment's anchor */ \
	X(MARK_STRONG,		"strong") \
	X(MARK_EM,		"em") \
	X(MARK_STRIKE,		"strike") \
	X(MARK_UNDERLINE,	"underline") \
	X(MARK_SUBSUP,		"subsup")		/* type sub, sup */ \
	X(MARK_TEXT_COLOR,	"textColor")		/* color #rrggbb */ \
	X(MARK_BACKGROUND,	"backgroundColor") \
	X(MARK_CODE,		"code") \
	X(MARK_ALIGNMENT,	"alignment")		/* on blocks: align center, end */ \
	X(MARK_INDENTATION,	"indentation")		/* level */ \
	X(MARK_FONT_SIZE,	"fontSize") \
	X(MARK_BREAKOUT,	"breakout")		/* mode, width */ \
	X(MARK_BORDER,		"border") \
	X(MARK_FRAGMENT,	"fragment") \
	X(MARK_DATA_CONSUMER,	"dataConsumer") \
	X(MARK_OPAQUE,		"_opaque")		/* a mark or tag that the tree does not know: value or _open, _close */

enum mark_type {
#define MARK_ENUM(type, name) type,
	MARK_TYPES(MARK_ENUM)
#undef MARK_ENUM
	MARK_TYPE_COUNT
};

enum attr_kind { ATTR_STR, ATTR_INT, ATTR_BOOL, ATTR_JSON };

struct attr {
	const char *name;
	enum attr_kind kind;
	union {
		const char *str;	/* ATTR_STR */
		int64_t num;		/* ATTR_INT, ATTR_BOOL */
		json *value;		/* ATTR_JSON: numbers with a fraction, objects, arrays */
	};
	struct attr *next;
};

struct mark {
	enum mark_type type;
	struct attr *attrs;
	json *value;		/* the mark's own JSON where it was read from ADF */
	struct mark *next;
};

enum {
	NODE_BARE = 1 << 0,	/* a paragraph that its source wrote without an element of its own */
	NODE_HIDDEN = 1 << 1,	/* Markdown shows nothing for it (an empty paragraph, a comment) */
};

/* A page has tens of thousands of them: what can be is 32 bits (DOC_MAX_BYTES). */
struct node {
	enum node_type type : 16;
	unsigned flags : 16;
	uint32_t text_len;
	struct node *first, *last, *next;
	struct attr *attrs;
	struct mark *marks;	/* inline: of the text; block: alignment, breakout ... */
	const char *text;	/* not NUL-terminated; NULL when there is none */
	uint32_t src, src_end;	/* the node's bytes in doc->src; equal: it has none */
	uint32_t body, body_end;	/* the bytes between its opening and its end; equal: unknown or empty */
	json *value;		/* the ADF object that it was read from */
};

enum skin { SKIN_MD, SKIN_ADF, SKIN_STORAGE, SKIN_WIKI, SKIN_TEXT, SKIN_OUTLINE };

/* What a conversion could not say, one entry a kind of thing, counted. */
struct lossy_item {
	const char *what;	/* "text colour", "macro jira" */
	const char *detail;	/* of the first, may be NULL */
	unsigned count;
	struct lossy_item *next;
};

struct lossy {
	struct arena *arena;	/* set by the user of the list */
	struct lossy_item *first, *last;
};

struct doc {
	struct arena *arena;
	struct node *root;	/* NODE_DOC */
	enum skin skin;		/* what it was read from */
	bool adf_nodes;		/* storage format may say what only ADF has (ac:adf-extension): Confluence Cloud's does */
	const char *src;	/* SKIN_STORAGE, and SKIN_ADF when read by doc_read_adf_text */
	size_t src_len;
	size_t nodes;
	struct lossy *lossy;	/* NULL, or where the writers report (set it after reading) */
};

/*
 * Readers. NULL and err set (ERR_INPUT, ERR_TOO_LARGE) when the input is not of that
 * format at all; Markdown and wiki markup accept every text. Invalid UTF-8 becomes U+FFFD.
 */
struct doc *doc_read_md(struct arena *, const char *text, size_t len, struct err *) ATTR_MUST;
struct doc *doc_read_adf(struct arena *, json *root, struct err *) ATTR_MUST;
struct doc *doc_read_adf_text(struct arena *, const char *text, size_t len, struct err *) ATTR_MUST; /* with source ranges */
struct doc *doc_read_wiki(struct arena *, const char *text, size_t len, struct err *) ATTR_MUST;
struct doc *doc_read_storage(struct arena *, const char *text, size_t len, struct err *) ATTR_MUST;

/*
 * Writers. They cannot fail but for the buffer's overflow. doc_write_adf writes one value
 * (after jw_key, or as array element or root) that is always valid by Atlassian's schema
 * when the document was not read from ADF, and the same as what was read when it was.
 */
void doc_write_md(const struct doc *, struct buf *out);
void doc_write_adf(const struct doc *, struct jw *out);
void doc_write_wiki(const struct doc *, struct buf *out);
void doc_write_storage(const struct doc *, struct buf *out);
void doc_write_text(const struct doc *, struct buf *out);	/* words only, for search and previews */
void doc_write_outline(const struct doc *, struct buf *out);	/* headings with handles and sizes */

/*
 * Markdown with options. Hidden by default, and kept by doc_merge: colours, comment anchors,
 * alignment, widths, local ids, account ids of mentions.
 */
enum {
	MD_FULL = 1 << 0,	/* also say ids of mentions and media, colours, alignment, header columns */
	MD_HANDLES = 1 << 1,	/* "<!-- #k3f9ab -->" before each top-level block, for text/edit.h; doc_merge reads past them */
};

struct md_opts {
	unsigned flags;
	size_t budget;		/* bytes; 0: no limit. Cuts before the first top-level block that does not fit */
	size_t from;		/* first top-level block to write, 0 based */
};

/* Returns the block at which the next part begins, or 0 when the document is complete. The
 * first block is written even when it alone exceeds the budget. */
size_t doc_write_md_part(const struct doc *, const struct md_opts *, struct buf *out);

/* An ADF document without content, or one of an empty paragraph, counts as empty. */
bool doc_is_empty(const struct doc *);

/*
 * Mentions. A reader of Markdown leaves a mention with a name and no id; writers of ADF and
 * storage need the id. Call fn for each: it may set "id" and "text" with node_set_str.
 */
void doc_each(struct doc *, enum node_type, void (*fn)(struct doc *, struct node *, void *), void *ctx);

/* Building and asking. */
struct doc *doc_new(struct arena *, enum skin);
struct node *node_new(struct doc *, enum node_type);
void node_append(struct node *parent, struct node *child);
struct node *node_text(struct doc *, const char *text, size_t len);	/* not copied */

const char *node_str(const struct node *, const char *attr);		/* NULL unless a string */
int64_t node_int(const struct node *, const char *attr, int64_t dflt);
double node_real(const struct node *, const char *attr, double dflt);	/* any number */
bool node_bool(const struct node *, const char *attr);
void node_set_str(struct doc *, struct node *, const char *attr, const char *value);	/* value is not copied; NULL removes */
void node_set_int(struct doc *, struct node *, const char *attr, int64_t value);
void node_set_bool(struct doc *, struct node *, const char *attr, bool value);
void node_set_json(struct doc *, struct node *, const char *attr, json *value);

struct mark *mark_new(struct doc *, enum mark_type);
struct mark *mark_find(const struct mark *, enum mark_type);
const char *mark_str(const struct mark *, const char *attr);
int64_t mark_int(const struct mark *, const char *attr, int64_t dflt);
void mark_set_str(struct doc *, struct mark *, const char *attr, const char *value);
void mark_set_int(struct doc *, struct mark *, const char *attr, int64_t value);
bool mark_equal(const struct mark *, const struct mark *);		/* one mark, by type and attributes */
bool marks_equal(const struct mark *, const struct mark *);		/* lists, in any order */
/* The list with one more mark, sorted outermost first; the old list is not changed. */
struct mark *marks_with(struct doc *, const struct mark *list, const struct mark *one);

const char *node_type_name(enum node_type);
const char *mark_type_name(enum mark_type);
enum node_class node_class(enum node_type);
/* By ADF's name; NODE_TYPE_COUNT or MARK_TYPE_COUNT when unknown. */
enum node_type node_type_of(const char *name);
enum mark_type mark_type_of(const char *name);

/* A new opaque node that keeps len bytes of source; label is what a reader is shown. */
struct node *node_opaque(struct doc *, bool block, const char *source, size_t len, const char *label);
/* A handle for these bytes: six characters, the same whenever the bytes are. */
const char *doc_handle(struct arena *, const char *bytes, size_t len);

void lossy_add(struct lossy *, const char *what, const char *detail);	/* accepts NULL */

#endif
