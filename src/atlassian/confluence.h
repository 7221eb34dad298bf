/*
 * What is Confluence's own: what names a page, spaces, people, pages of both deployments as one struct, and bodies.
 * Bodies are storage format everywhere: both deployments have it, and text/merge.h keeps it byte for byte.
 *
 * People and spaces that were seen are remembered as long as the process lives.
 */
#ifndef ATLASSIAN_CONFLUENCE_H
#define ATLASSIAN_CONFLUENCE_H

#include "atlassian/rest.h"
#include "json/writer.h"
#include "text/doc.h"

enum { CONFLUENCE_MAX_BODY = 4 * 1024 * 1024 };

/* ---- what names a page ---- */

struct page_ref {		/* members are NULL when not given */
	const char *id;
	const char *space, *title;
	const char *comment;	/* the comment that a link points at */
	bool home;		/* the space's home page */
};

/*
 * "123456", a title, or a link: .../spaces/KEY/pages/ID/Title (also blog, folder, edit-v2 ...), .../viewpage.action?pageId=ID,
 * .../display/KEY/Title, .../x/SHORT (decoded here), .../spaces/KEY[/overview]. -1 with ERR_INPUT for a link of another
 * host or one without a page. Does not park.
 */
int page_ref_parse(struct call *, const struct site *, const char *text, struct page_ref *ret) ATTR_MUST;
/* The id in a short link's last part: base64 of the number's bytes, lowest first. NULL when it is none. */
const char *page_ref_short(struct arena *, const char *text, size_t len);

/* ---- spaces ---- */

struct space {
	const char *key, *name, *id;	/* id: Cloud's number as text */
	const char *home;		/* id of the home page; may be NULL */
};

/* A space by key, id, link or name (exact, then unique prefix, then an error with candidates); fenced. Parks unless remembered. */
int confluence_space(struct call *, struct site *, const char *text, struct space *ret) ATTR_MUST;
/* The key of Cloud's numeric id; NULL with the error in the call. Parks unless remembered. */
const char *confluence_space_key(struct call *, struct site *, const char *id);

/* ---- pages ---- */

struct page {
	const char *id, *type;		/* "page", "blogpost", "folder", "whiteboard", "database", "comment", "attachment" */
	const char *status, *title;
	const char *space_id, *space_key;	/* may be NULL; see page_space */
	const char *parent_id, *parent_type;	/* parent_type: NULL for a page */
	int64_t version;
	const char *when, *author, *message;	/* of this version; author: an id, see people_name */
	const char *storage;		/* with PAGE_BODY */
	const char *url;
	json *json;
};

enum {
	PAGE_BODY = 1 << 0,
	PAGE_LABELS = 1 << 1,
	PAGE_TRASHED = 1 << 2,		/* also one that lies in the trash, or is archived */
	PAGE_ANY = 1 << 3,		/* also folders, whiteboards and databases */
};

/* The page (or blog post) that text names, in space (may be NULL) when it is a title. Fence checked. Parks. */
int page_get(struct call *, struct site *, const char *text, const char *space, unsigned flags, struct page *ret) ATTR_MUST;
int page_get_id(struct call *, struct site *, const char *id, unsigned flags, struct page *ret) ATTR_MUST;
/* As it was in a version. Parks. */
int page_get_version(struct call *, struct site *, const struct page *, int64_t version, struct page *ret) ATTR_MUST;
/* From an answer of either deployment; does not park. */
void page_from_json(struct call *, const struct site *, json *, struct page *ret);
/* Fills space_key, asking if needed. */
int page_space(struct call *, struct site *, struct page *) ATTR_MUST;
/* Content by an answer that names its space: ERR_NOT_FOUND, as if it did not exist, outside the fence. Parks for Cloud's ids. */
int page_check_fence(struct call *, struct site *, struct page *) ATTR_MUST;
/* -1, the error of a thing that does not exist. */
int page_unknown(struct call *, const struct site *, const char *what);

const char *page_url(struct arena *, const struct site *, const char *webui, const char *id);
/* "/pages", "/blogposts", "/folders" ...: Cloud's collection of that type. */
const char *page_collection(const char *type);

/* Pages (and on Cloud folders) right below: a list whose "results" have id, type and title. Parks. */
int page_children(struct call *, struct site *, const struct page *, int64_t limit, const char *cursor, json **ret) ATTR_MUST;

/* The cursor of the next page of a list, from "_links.next" (Cloud) or start, size and limit; NULL at the end. */
const char *confluence_next(struct call *, json *list);

/* ---- people ---- */

/* Asks for the names of those that are not known yet: one request on Cloud, at most 20 at once on Data Center. What can't be found is no error. */
int people_learn(struct call *, struct site *, const char *const *ids, size_t count) ATTR_MUST;
/* A name that is known; NULL otherwise. Does not park. */
const char *people_name(const struct site *, const char *id);
void people_add(struct site *, json *user);	/* a user as v1 writes them, seen in an answer */
struct person {
	const char *id;			/* account id; Data Center: user key, as mentions want it */
	const char *username;		/* Data Center, for restrictions; may be NULL */
	const char *name;		/* may be NULL */
};
/* A person by id, "me", display name, e-mail or user name; an error with candidates for several. Parks, but for account ids. */
int people_find(struct call *, struct site *, const char *text, struct person *ret) ATTR_MUST;
/* People whose name begins like or contains text: users as v1 writes them. group: where Data Center looks; NULL: "confluence-users". Parks. */
int people_search(struct call *, struct site *, const char *text, const char *group, int64_t limit, json **ret) ATTR_MUST;
/* The user object of a result of people_search. */
json *people_user(json *result);

/* ---- bodies ---- */

/* Storage as a document whose mentions have names (one request at most; also: the id of one more person, asked for when
 * somebody is, or NULL). NULL: the call holds the error. */
struct doc *body_read(struct call *, struct site *, const char *storage, const char *also);
/* Learns all people that several bodies mention, and others (ids), in one request: before body_markdown for each. Parks. */
int bodies_learn(struct call *, struct site *, const char *const *storages, size_t count, const char *const *others,
    size_t other_count) ATTR_MUST;
/* As Markdown, whole, e.g. of a comment; NULL for an empty one. Parks for names. */
const char *body_markdown(struct call *, struct site *, const char *storage);
/* text in a format ("markdown", "storage", "wiki") as well-formed storage; mentions become people. NULL with the error. Parks. */
const char *body_storage(struct call *, struct site *, const char *text, const char *format);
/* Mentions of Markdown that are neither in known (a document, or NULL) nor have an id, looked up; body_prepare uses what is found. */
struct body_names;
struct body_names *body_names(struct call *, struct site *, const char *markdown, const struct doc *known);
void body_prepare(struct doc *, void *names);	/* merge_opts.prepare */
/* {"representation":"storage","value":...} after a key, and DC's {"storage":{...}}. */
void body_write(const struct site *, struct jw *, const char *storage);

#endif
