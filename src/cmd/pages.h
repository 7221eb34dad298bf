/*
 * A working copy: Confluence pages as Markdown files with front matter, for telamon pull and push.
 *
 *	DIR/Guide.md			a page
 *	DIR/Guide/Install.md		a child of it
 *	DIR/Guide.files/plan.png	its attachments
 *	DIR/.telamon/ID.xml		the page's source as it was pulled (the base of every merge)
 *	DIR/.telamon/ID.json		its title, labels, version and attachments then
 *
 * Files are the user's and named on the command line; nothing outside DIR is written. Pages may be renamed and moved
 * about by hand: a file is found by the id in its front matter.
 */
#ifndef CMD_PAGES_H
#define CMD_PAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGES_MAX = 10000, PAGES_MAX_DEPTH = 32, PAGES_MAX_FILE = 8 * 1024 * 1024, PAGES_MAX_ATTACHMENT = 64 * 1024 * 1024 };

struct page_file {
	const char *path;		/* within the working copy: "Guide/Install.md" */
	const char *id;			/* NULL: a page that is not there yet */
	const char *title, *space;
	const char *site_title;		/* when it was pulled: what links on the site say; see pages_site_title */
	const char *labels;		/* "a, b"; "" for none */
	int64_t version;		/* that the file was made from; 0: unknown */
	const char *md;			/* the file without its front matter */
	size_t md_len;
};

struct pages {
	struct arena *arena;
	const char *dir;
	struct page_file **list;
	size_t count;
};

/* Reads every .md file below dir that has front matter of ours (others are left alone). NULL and e set: a file that can't be
 * read, two files with one id, front matter that is broken, too many. dir need not exist yet. */
struct pages *pages_open(struct arena *, const char *dir, struct err *e);

struct page_file *pages_by_id(const struct pages *, const char *id);		/* NULL: not here */
struct page_file *pages_by_path(const struct pages *, const char *path);
struct page_file *pages_by_title(const struct pages *, const char *space, const char *site_title);
/* The title that links to it have; a page that is not there yet: its own. */
const char *pages_site_title(const struct pages *, struct page_file *);
/* The page whose folder the file lies in: "Guide.md" of "Guide/Install.md"; NULL at the top. */
struct page_file *pages_parent(const struct pages *, const struct page_file *);

/* A free path for a page of this title below parent (NULL: at the top), and a place in the list: NAME.md, NAME-ID.md,
 * NAME-ID-2.md ... whatever file is there already. */
struct page_file *pages_add(struct pages *, const struct page_file *parent, const char *id, const char *title);

/* Writes front matter and Markdown. */
int pages_write(struct pages *, const struct page_file *, struct err *e) ATTR_MUST;

/* What was pulled: NULL and e set when it is not there or can't be read. */
struct page_base {
	const char *source, *title, *labels;
	size_t source_len;
	int64_t version;
	json *files;			/* [{"name", "id", "version", "hash"}] */
};
struct page_base *pages_base(const struct pages *, const char *id, struct err *e);
int pages_write_base(const struct pages *, const char *id, const struct page_base *, struct err *e) ATTR_MUST;

/* "Guide.files" of "Guide.md". */
const char *pages_files_dir(struct arena *, const struct page_file *);
/* A path on disk. */
const char *pages_path(const struct pages *, const char *path);
/*
 * A file name made of what people call something: no '/', no leading dot, no control or invisible characters, at most 120
 * bytes; it ends neither in ".files" nor in ".md", in any letter case.
 */
const char *pages_file_name(struct arena *, const char *text);
/* Whether a file may have this name of the site as it is: no path, no option of a command (-x), nothing hidden or invisible, below 200 bytes. */
bool pages_is_file_name(struct arena *, const char *name);
/* Text of the site for a terminal (tools/out.h: out_clean). */
const char *pages_clean(struct arena *, const char *text);
/* Identifies content, to see a change: 16 hexadecimal digits (FNV-1a, not for security). */
const char *pages_hash(struct arena *, const char *data, size_t len);

#endif
