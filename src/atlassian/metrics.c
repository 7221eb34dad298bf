/* Everything asks one question, history_at: what did this field hold at that moment. Working time goes day by day. */
#include "atlassian/metrics.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY_MINUTES = 1440, MAX_DAYS = 36600 };

static const struct track status_track = { .id = "status", .name = "status" };

/* ---- working time ---- */

static bool
clock_time(const char **p, int *ret)
{
	char *end;
	long h = strtol(*p, &end, 10), m = 0;

	if (end == *p || h < 0 || h > 24)
		return false;
	if (*end == ':') {
		const char *digits = end + 1;

		m = strtol(digits, &end, 10);
		if (end != digits + 2 || m < 0 || m > 59)
			return false;
	}
	*p = end;
	*ret = (int)(h * 60 + m);
	return *ret <= DAY_MINUTES;
}

static int
weekday(const char *word)
{
	static const char *const names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };
	int64_t n;

	for (int i = 0; i < 7; i++) {
		if (str_istarts(word, names[i]))
			return i;
	}
	return str_int(word, 0, 7, &n) == 0 ? (int)(n % 7) : -1;
}

static int
take_days(const char *days, unsigned *ret)
{
	unsigned mask = 0;
	char word[16];
	int last = -1;

	while (*days != '\0') {
		size_t n = strcspn(days, ",- ");
		int day;

		if (n == 0 || n >= sizeof(word))
			return -1;
		memcpy(word, days, n);
		word[n] = '\0';
		day = weekday(word);
		if (day < 0)
			return -1;
		for (int i = last; last >= 0 && i != day; i = (i + 1) % 7)
			mask |= 1U << i;
		mask |= 1U << day;
		days += n;
		last = *days == '-' ? day : -1;
		days += strspn(days, ",- ");
	}
	*ret = mask;
	return mask == 0 || last >= 0 ? -1 : 0;
}

int
metrics_calendar(const char *hours, const char *days, struct calendar *ret)
{
	const char *p = hours;

	*ret = (struct calendar){ .from_minute = 9 * 60, .to_minute = 17 * 60, .weekdays = 0x3e };
	if (hours != NULL && (!clock_time(&p, &ret->from_minute) || *p++ != '-' || !clock_time(&p, &ret->to_minute) || *p != '\0' ||
	    ret->to_minute <= ret->from_minute))
		return -1;
	return days == NULL ? 0 : take_days(days, &ret->weekdays);
}

int64_t
metrics_work(const struct calendar *cal, int64_t from, int64_t to)
{
	int64_t sum = 0, day, last;

	if (to <= from)
		return 0;
	if (cal == NULL)
		return to - from;
	day = clock_day(from);
	last = clock_day(to);
	for (int n = 0; day <= last && n < MAX_DAYS; day++, n++) {
		int64_t begin, end;

		if ((cal->weekdays & 1U << clock_weekday(day)) == 0)
			continue;
		begin = clock_at(day, cal->from_minute);
		end = cal->to_minute == DAY_MINUTES ? clock_at(day + 1, 0) : clock_at(day, cal->to_minute);
		begin = begin > from ? begin : from;
		end = end < to ? end : to;
		sum += end > begin ? end - begin : 0;
	}
	return sum;
}

const char *
metrics_duration(struct arena *a, const struct calendar *cal, int64_t ms)
{
	int64_t minutes = ms / MINUTE, day = cal == NULL ? DAY_MINUTES : cal->to_minute - cal->from_minute;
	long long d = (long long)(minutes / day), h = (long long)(minutes % day / 60), m = (long long)(minutes % day % 60);

	if (d > 0)
		return h > 0 ? arena_printf(a, "%lldd %lldh", d, h) : arena_printf(a, "%lldd", d);
	if (h > 0)
		return m > 0 ? arena_printf(a, "%lldh %lldm", h, m) : arena_printf(a, "%lldh", h);
	return arena_printf(a, "%lldm", m);
}

/* ---- one issue ---- */

size_t
metrics_timeline(struct arena *a, const struct history *h, int64_t created, const char *status_id, const char *status,
    int64_t now, struct span **ret)
{
	struct span *v = arena_array(a, h->n + 1, sizeof(*v));
	int64_t from = created;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct change *ch = &h->v[i];

		if (!history_concerns(ch, &status_track))
			continue;
		v[n++] = (struct span){ .status_id = ch->from, .status = ch->from_text, .from = from, .to = ch->at };
		from = ch->at;
	}
	v[n++] = (struct span){ .status_id = status_id, .status = status, .from = from, .to = now > from ? now : from };
	*ret = v;
	return n;
}

void
metrics_flow(const struct span *v, size_t n, enum category (*category)(void *ctx, const char *status_id), void *ctx,
    const struct calendar *cal, int64_t now, struct flow *ret)
{
	bool done = false;

	*ret = (struct flow){ .started = -1, .finished = -1 };
	for (size_t i = 0; i < n; i++) {
		enum category k = category(ctx, v[i].status_id);

		if (ret->started == -1 && (k == CATEGORY_WORK || k == CATEGORY_DONE))
			ret->started = v[i].from;
		if (k == CATEGORY_WORK)
			ret->active += metrics_work(cal, v[i].from, v[i].to);
		if (k == CATEGORY_DONE && !done)
			ret->finished = v[i].from;
		if (k != CATEGORY_DONE && done) {
			ret->finished = -1;
			ret->reopened++;
		}
		done = k == CATEGORY_DONE;
	}
	if (n > 0)
		ret->lead = metrics_work(cal, v[0].from, ret->finished != -1 ? ret->finished : now);
	if (ret->started != -1)
		ret->cycle = metrics_work(cal, ret->started, ret->finished != -1 ? ret->finished : now);
}

/* ---- sprints ---- */

/* Whether "1, 12, 3" names id. */
static bool
lists(const char *ids, const char *id)
{
	size_t n = strlen(id);

	for (const char *p = ids; p != NULL && *p != '\0';) {
		p += strspn(p, ", ");
		if (strcspn(p, ", ") == n && strncmp(p, id, n) == 0)
			return true;
		p += strcspn(p, ", ");
	}
	return false;
}

bool
metrics_in_sprint(const struct life *l, const struct sprint_rules *r, int64_t at)
{
	return l->created <= at && lists(history_at(l->history, &r->sprint_track, l->sprints, at), r->sprint);
}

bool
metrics_done(const struct life *l, const struct sprint_rules *r, int64_t at)
{
	const char *status = history_at(l->history, &status_track, l->status_id, at);

	for (size_t i = 0; i < r->done_count; i++) {
		if (str_eq(r->done[i], status))
			return true;
	}
	return false;
}

double
metrics_points(const struct life *l, const struct sprint_rules *r, int64_t at)
{
	const char *text = history_at(l->history, &r->points_track, l->points, at);

	return text == NULL ? 0 : strtod(text, NULL);
}

void
metrics_burn(const struct life *v, size_t n, const struct sprint_rules *r, int64_t at, struct burn *ret)
{
	*ret = (struct burn){ 0 };
	for (size_t i = 0; i < n; i++) {
		double points;
		struct sum *sum;

		if (!metrics_in_sprint(&v[i], r, at))
			continue;
		points = metrics_points(&v[i], r, at);
		sum = metrics_done(&v[i], r, at) ? &ret->done : &ret->left;
		sum->issues++;
		sum->points += points;
		ret->scope.issues++;
		ret->scope.points += points;
	}
}

/* Whether the sprint was ever among its sprints between the two moments. */
static bool
was_in(const struct life *l, const struct sprint_rules *r, int64_t start, int64_t end)
{
	if (metrics_in_sprint(l, r, start) || metrics_in_sprint(l, r, end))
		return true;
	for (size_t i = 0; i < l->history->n; i++) {
		const struct change *ch = &l->history->v[i];

		if (ch->at > start && ch->at <= end && history_concerns(ch, &r->sprint_track) && lists(ch->to, r->sprint))
			return true;
	}
	return false;
}

struct outcome
metrics_outcome(const struct life *l, const struct sprint_rules *r, int64_t start, int64_t end)
{
	struct outcome o = { .fate = FATE_NEVER };

	if (!was_in(l, r, start, end))
		return o;
	o.added = !metrics_in_sprint(l, r, start);
	o.at_start = o.added ? 0 : metrics_points(l, r, start);
	o.at_end = metrics_points(l, r, end);
	o.fate = !metrics_in_sprint(l, r, end) ? FATE_REMOVED : metrics_done(l, r, end) ? FATE_DONE : FATE_OPEN;
	return o;
}
