/*
 * The seed of the wiki. Pages come from a table of texts; what hangs on them
 * (comments, files, restrictions, likes, templates) is made here. Times are counted
 * back from the site's start, because a seeded page was not written this moment. Data
 * Center has no folders and their like: their pages hang one level higher.
 */
#include "sandbox/cf_seed.h"

#include "base/buf.h"
#include "base/str.h"
#include "sandbox/cf_seed_text.h"

#include <stdlib.h>
#include <string.h>

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)
enum { REFERENCE_BYTES = 32 * 1024, MAX_BODY = 256 * 1024, CONTRACTS_READERS = 1 << 0 | 1 << 7 };

struct seed {
	struct cf_wiki *w;
	int64_t now;
	const char *personal; /* key of the personal space */
};

static struct cf_space *
space_named(struct seed *s, const char *key)
{
	struct cf_space *space = cf_space_by_key(s->w, str_eq(key, "PERSONAL") ? s->personal : key);

	if (space == NULL)
		BUG("the seed names a space that is not there");
	return space;
}

static struct cf_content *
page_named(struct seed *s, const char *title)
{
	for (size_t i = 0; i < s->w->content_count; i++)
		if (str_eq(cf_title(s->w->content[i]), title))
			return s->w->content[i];
	return NULL;
}

static void
make_spaces(struct seed *s)
{
	static const struct {
		const char *key, *name, *about, *label;
		int author;
		bool personal, archived;
		uint32_t visible;
	} all[] = {
		{ "OPS", "Platform Operations", "Runbooks, decisions and incidents of the platform.", "engineering", 2,
		    false, false, ~0U },
		{ "SHOP", "Web Shop", "Designs and releases of halden.example.", "engineering", 7, false, false,
		    ~(1U << SB_GUEST) },
		{ "PEOPLE", "People Handbook", "How we work.", "handbook", 7, false, false, ~0U },
		{ "PERSONAL", "Ada Brandt", "", NULL, SB_ME, true, false, ~(1U << SB_GUEST) },
		{ "OLD", "Warehouse project", "Kept for the record.", NULL, 7, false, true, ~0U },
	};

	for (size_t i = 0; i < LEN(all); i++) {
		struct cf_space *p =
		    cf_space_add(s->w, all[i].personal ? s->personal : all[i].key, all[i].name, all[i].author);

		p->about = all[i].about;
		p->label = all[i].label;
		p->personal = all[i].personal;
		p->archived = all[i].archived;
		p->visible = all[i].visible;
		p->created_ms = s->now - 150 * DAY;
		if (p->label != NULL)
			cf_label_id(s->w, p->label);
	}
}

/* A page of many settings: what a model meets when it reads a large page. */
static void
make_reference(struct buf *b)
{
	static const char *const areas[] = { "Ingress", "Database", "Cache", "Queue", "Search", "Mail", "Logging",
		"Backup", "Payments", "Images", "Sessions", "Metrics", "Tracing", "Feature flags", "Scheduler",
		"Secrets" };
	static const char *const words[] = { "timeout", "retries", "pool size", "buffer", "interval", "limit" };

	buf_adds(b, "<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\"><ac:parameter "
		    "ac:name=\"maxLevel\">2</ac:parameter>"
		    "</ac:structured-macro><p>Every setting of the platform, by area. Generated from the charts; "
		    "corrections go to "
		    "<ac:link>@u2;</ac:link>.</p>");
	for (size_t i = 0; i < LEN(areas); i++) {
		const char *key = areas[i];

		buf_addf(b,
		    "<h2>%s</h2><p>Settings of <strong>%s</strong>, read at start. A change needs a restart of the "
		    "pods, except "
		    "where the table says <em>live</em>.</p>",
		    key, key);
		buf_adds(b, "<table data-layout=\"wide\"><colgroup><col style=\"width: 200.0px;\" /><col "
			    "style=\"width: 90.0px;\" /><col "
			    "style=\"width: 420.0px;\" "
			    "/></colgroup><tbody><tr><th><p>Setting</p></th><th><p>Default</p></th><th><p>What it "
			    "does</p></th></tr>");
		for (size_t k = 0; k < LEN(words); k++)
			buf_addf(b,
			    "<tr><td><p><code>halden.%c%zu.%.4s</code></p></td><td><p>%zu</p></td><td><p>The %s of %s: "
			    "higher "
			    "means fewer errors and slower answers%s</p></td></tr>",
			    'a' + (int)i, k, words[k], (i + 2) * (k + 3), words[k], key,
			    k % 3 == 0 ? " (<em>live</em>)." : ".");
		buf_adds(b, "</tbody></table>");
		buf_addf(b,
		    "<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\"><ac:parameter "
		    "ac:name=\"language\">yaml"
		    "</ac:parameter><ac:plain-text-body><![CDATA[%c%zu:\n  timeout: %zus\n  retries: %zu\n  # see "
		    "ADR-00%zu\n]]>"
		    "</ac:plain-text-body></ac:structured-macro>",
		    'a' + (int)i, i, i + 5, i % 4, i % 6 + 1);
		if (i % 4 == 1)
			buf_adds(b, "<ac:structured-macro ac:name=\"warning\" "
				    "ac:schema-version=\"1\"><ac:rich-text-body><p>Ask before "
				    "you lower these.</p></ac:rich-text-body></ac:structured-macro>");
	}
	buf_adds(b, "<h2>Glossary</h2><ul>");
	for (size_t n = 1; b->len < REFERENCE_BYTES - 200; n++)
		buf_addf(b, "<li><p><strong>Term %zu</strong>: used in %s and %s.</p></li>", n, areas[n % LEN(areas)],
		    areas[(n * 7) % LEN(areas)]);
	buf_adds(b, "</ul>");
}

/* @u3; becomes the element that names the person on this deployment. */
static void
fill_in(struct seed *s, const char *text, struct buf *out)
{
	for (const char *at; (at = strstr(text, "@u")) != NULL;) {
		char *end;
		long who = strtol(at + 2, &end, 10);

		buf_add(out, text, (size_t)(at - text));
		if (end == at + 2 || *end != ';' || who < 0 || who >= SB_PEOPLE)
			BUG("the seed names a person that is not there");
		if (s->w->site->dc)
			buf_addf(out, "<ri:user ri:userkey=\"%s\" />", sb_people[who].key);
		else
			buf_addf(out, "<ri:user ri:account-id=\"%s\" />", sb_people[who].account_id);
		text = end + 1;
	}
	buf_adds(out, text);
}

static void
add_body(struct seed *s, struct cf_content *c, const struct cf_seed_page *p, const char *text, int author, int64_t at)
{
	struct buf b, whole;
	struct cf_version *v;

	buf_init(&b, MAX_BODY);
	buf_init(&whole, MAX_BODY);
	if (str_eq(p->flags, "R")) {
		make_reference(&whole);
		text = whole.data;
	}
	fill_in(s, text != NULL ? text : "", &b);
	v = cf_add_version(s->w, c, author, p->title, b.data, b.len);
	v->at_ms = at;
	v->message = c->version_count > 1 ? "More of it" : "";
	buf_release(&whole);
	buf_release(&b);
}

static void
make_page(struct seed *s, const struct cf_seed_page *p)
{
	struct cf_content *parent = p->parent != NULL ? page_named(s, p->parent) : NULL, *c;
	struct cf_space *space = space_named(s, p->space);
	const char *flags = p->flags != NULL ? p->flags : "";
	int64_t at = s->now - p->days * DAY + (int64_t)s->w->content_count * 7 * 60000;
	size_t labels = 0;
	char **label = str_split(s->w->arena, p->labels != NULL ? p->labels : "", " ", &labels);

	if (s->w->site->dc && (p->type == CF_FOLDER || p->type == CF_WHITEBOARD || p->type == CF_DATABASE))
		return;
	if (p->parent != NULL && parent == NULL) /* under a folder, which is not here */
		parent = space->home;
	c = cf_add(s->w, p->type, space, parent, p->author);
	c->created_ms = at;
	for (size_t i = 0; i < LEN(p->old) && p->old[i] != NULL; i++) {
		add_body(s, c, p, p->old[i], (int)((size_t)p->author + i) % 6, at);
		at += 5 * HOUR;
	}
	add_body(s, c, p, p->body, p->author, at);
	for (size_t i = 0; i < labels; i++)
		cf_label_put(s->w, c, label[i]);
	if (strchr(flags, 'h') != NULL)
		space->home = c;
	c->status = strchr(flags, 'a') != NULL   ? CF_ARCHIVED
		    : strchr(flags, 't') != NULL ? CF_TRASHED
		    : strchr(flags, 'd') != NULL ? CF_DRAFT
						 : CF_CURRENT;
	c->live = strchr(flags, 'l') != NULL && !s->w->site->dc;
	if (strchr(flags, 'r') != NULL)
		c->read.people = c->update.people = CONTRACTS_READERS;
	if (strchr(flags, 'e') != NULL)
		c->update.groups = 1 << 2;
	c->views = sb_draw(&s->w->site->random, 200);
	c->viewers = c->views / 9 + (c->views > 0);
	c->likes = sb_draw(&s->w->site->random, 1 << 8);
	c->likes &= sb_draw(&s->w->site->random, 1 << 8);
}

static struct cf_content *
make_comment(struct seed *s, struct cf_content *page, struct cf_content *above, int author, int days, const char *text)
{
	struct cf_content *c = cf_add(s->w, CF_COMMENT, page->space, page, author);
	struct buf b;

	buf_init(&b, MAX_BODY);
	fill_in(s, text, &b);
	c->reply_to = above;
	c->created_ms = s->now - days * DAY + (int64_t)(c->id % 1000) * 60000;
	cf_add_version(s->w, c, author, arena_printf(s->w->arena, "Re: %s", cf_title(page)), b.data, b.len)->at_ms =
	    c->created_ms;
	buf_release(&b);
	return c;
}

static void
make_inline(struct seed *s, struct cf_content *page, int n, const char *selection, int author, enum cf_resolution how,
    const char *text)
{
	struct cf_content *c = make_comment(s, page, NULL, author, 20 - n, text), *reply;

	c->in_line = true;
	c->marker = arena_printf(s->w->arena, "a1b2c3d4-0000-4000-8000-%012d", n);
	c->selection = selection;
	c->resolution = how;
	if (how == CF_RESOLVED) {
		c->resolved_by = 5;
		c->resolved_ms = s->now - 2 * DAY;
	}
	if (n != 1)
		return;
	reply = make_comment(s, page, c, 5, 18, "<p>Basket, form, done. Counted with <ac:link>@u4;</ac:link>.</p>");
	reply->in_line = true;
	reply->marker = c->marker;
	reply->selection = c->selection;
}

static void
make_comments(struct seed *s)
{
	struct cf_content *page = page_named(s, "Checkout redesign"), *c;

	c = make_comment(s, page, NULL, 4, 30, "<p>The form needs a country first.</p>");
	c = make_comment(s, page, c, 5, 29, "<p>Agreed, <ac:link>@u4;</ac:link>. I moved it up.</p>");
	make_comment(s, page, c, 4, 28, "<p>Thanks!</p>");
	make_comment(s, page, NULL, SB_ME, 25,
	    "<p>When do we <em>measure</em>?</p><ul><li><p>before</p></li><li><p>after</p></li></ul>");
	make_inline(s, page, 1, "three steps", 4, CF_OPEN, "<p>Which three?</p>");
	make_inline(s, page, 2, "One form", 3, CF_RESOLVED, "<p>Also on a phone?</p>");
	make_inline(s, page, 3, "saved baskets", SB_ME, CF_REOPENED, "<p>We promised to keep them.</p>");
	make_inline(s, page, 9, "six clicks", 7, CF_DANGLING, "<p>This text is gone.</p>");
	page = page_named(s, "Restore PostgreSQL from backup");
	c = make_comment(s, page, NULL, SB_GUEST, 11, "<p>Step 2 took me twenty minutes.</p>");
	make_comment(s, page, c, 9, 10, "<p>Which cluster?</p>");
}

static void
make_file(struct seed *s, const char *page, const char *name, const char *media, const void *data, size_t len,
    const char *remark)
{
	struct cf_content *holder = page_named(s, page), *c = NULL;

	for (size_t i = 0; i < s->w->content_count; i++)
		if (s->w->content[i]->type == CF_ATTACHMENT && s->w->content[i]->parent == holder &&
		    str_eq(cf_title(s->w->content[i]), name))
			c = s->w->content[i];
	if (c == NULL) {
		c = cf_add(s->w, CF_ATTACHMENT, holder->space, holder, 2);
		c->created_ms = s->now - 50 * DAY;
		c->file_id = arena_printf(s->w->arena, "5e1f7a90-0000-4000-8000-%012llx", (long long)c->id);
	}
	cf_add_version(s->w, c, 2, name, data, len)->media = media;
	c->version[c->version_count - 1].at_ms = s->now - (50 - 10 * (int64_t)c->version_count) * DAY;
	c->remark = remark;
}

static void
make_files(struct seed *s)
{
	/* One grey pixel. */
	static const unsigned char png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D',
		'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, 'I', 'D', 'A', 'T',
		0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, 'I', 'E', 'N', 'D',
		0xae, 0x42, 0x60, 0x82 };
	static const char csv1[] = "month,budget,left\n2026-09,43,12\n";
	static const char csv2[] = "month,budget,left\n2026-09,43,12\n2026-10,43,-4\n";
	static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><rect "
				  "width=\"10\" height=\"10\"/></svg>\n";

	make_file(s, "Cluster overview", "cluster.png", "image/png", png, sizeof png, "Exported from the whiteboard");
	make_file(s, "Cluster overview", "error budget 2026.csv", "text/csv", csv1, sizeof csv1 - 1, NULL);
	make_file(s, "Cluster overview", "error budget 2026.csv", "text/csv", csv2, sizeof csv2 - 1, "With October");
	make_file(s, "Checkout redesign", "form.svg", "image/svg+xml", svg, sizeof svg - 1, NULL);
}

static void
make_templates(struct seed *s)
{
	static const struct cf_template all[] = {
		{ .name = "Postmortem",
		    .about = "After an incident",
		    .label = "incident",
		    .body = "<h2>What happened</h2><p><ac:placeholder>One "
			    "paragraph</ac:placeholder></p><h2>Timeline</h2><p /><h2>Actions</h2>"
			    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</"
			    "ac:task-status><ac:task-body>"
			    "Add an alert</ac:task-body></ac:task></ac:task-list>" },
		{ .name = "Runbook",
		    .about = "What to do when",
		    .body = "<h1>When to use this</h1><p /><h1>Steps</h1><ol><li><p /></li></ol>" },
		{ .name = "Decision",
		    .about = "Record a decision.",
		    .blueprint = "decisions-blueprint-page",
		    .body = "<h1>Background</h1><p /><h1>Decision</h1><p />" },
		{ .name = "Meeting notes",
		    .about = "Plan a meeting and share its notes.",
		    .blueprint = "meeting-notes-item",
		    .body = "<h2>Participants</h2><p /><h2>Notes</h2><p />" },
	};

	for (size_t i = 0; i < LEN(all); i++) {
		struct cf_template *t = arena_alloc(s->w->arena, sizeof *t);

		*t = all[i];
		t->id = ++s->w->next_id;
		t->space = i == 1 ? space_named(s, "OPS") : NULL;
		s->w->templates =
		    sb_room(s->w->arena, s->w->templates, s->w->template_count, sizeof(struct cf_template *));
		s->w->templates[s->w->template_count++] = t;
	}
}

static void
make_property(struct seed *s, const char *title, const char *key, const char *value)
{
	struct cf_content *c = page_named(s, title);
	struct cf_property *p;

	c->property = sb_room(s->w->arena, c->property, c->property_count, sizeof *p);
	p = &c->property[c->property_count++];
	*p = (struct cf_property){ .id = ++s->w->next_id,
		.at_ms = c->created_ms,
		.key = key,
		.value = value,
		.version = 1,
		.author = c->author };
}

void
cf_seed(struct cf_wiki *w)
{
	struct seed s = { .w = w, .now = w->site->start_ms };

	s.personal = arena_printf(w->arena, "~%s", w->site->dc ? sb_people[SB_ME].name : sb_people[SB_ME].account_id);
	make_spaces(&s);
	for (size_t i = 0; i < cf_seed_page_count; i++)
		make_page(&s, &cf_seed_pages[i]);
	for (size_t i = 0; i < w->task_count; i++) {
		struct cf_task *t = w->task[i];

		t->created_ms = t->updated_ms = t->content->created_ms;
		t->completed_ms = t->complete ? t->created_ms + 3 * DAY : 0;
		t->completed_by = t->complete ? t->author : -1;
		t->due_ms = i == 1 ? s.now + 8 * DAY : 0;
	}
	make_comments(&s);
	make_files(&s);
	make_templates(&s);
	make_property(&s, "Cluster overview", "content-appearance-published", "\"full-width\"");
	make_property(&s, "Cluster overview", "emoji-title-published", "\"1f6a2\"");
	page_named(&s, "On-call handbook")->favourites = 1U << SB_ME;
}
