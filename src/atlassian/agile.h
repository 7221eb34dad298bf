/*
 * Boards and sprints by what a person writes. A board: its id, its link, its name, or the key of a project with one
 * board. A sprint: its id, a link, "active", "next", "last" or its name; the words want a board, or only one board
 * that fits. Both are held to the fence: a board belongs to the projects that its issues come from.
 */
#ifndef ATLASSIAN_AGILE_H
#define ATLASSIAN_AGILE_H

#include "atlassian/jira.h"

enum { AGILE_MOVE_MAX = 50 };	/* issues in one request that ranks or moves */

struct agile_board {
	int64_t id;
	const char *name, *type;	/* NULL when the board was named by id and nobody had to look */
	const char *project;		/* key; NULL where the site does not say */
};

/* READ: one of its projects is inside the fence; WRITE: all are. */
enum agile_use { AGILE_READ, AGILE_WRITE };

int agile_board(struct call *, struct site *, const char *text, enum agile_use, struct agile_board *ret) ATTR_MUST;	/* parks */

/*
 * *ret is the sprint as the site gives it: id, name, state, startDate, endDate, completeDate, goal, originBoardId.
 * board: as for agile_board, or NULL.
 */
int agile_sprint(struct call *, struct site *, const char *text, const char *board, enum agile_use, json **ret) ATTR_MUST; /* parks */

/* The sprints of a board in these states ("active,future"; NULL: all), in the board's order. Parks. */
int agile_sprints(struct call *, struct site *, int64_t board, const char *states, json ***ret, size_t *ret_count) ATTR_MUST;

/* The sprints that are not closed of a project's scrum boards, each once, an array. ERR_INPUT when it has no such board. Parks. */
int agile_open_sprints(struct call *, struct site *, const char *project, json **ret) ATTR_MUST;

/* The boards that may be seen; name and type may be NULL. Parks. */
int agile_boards(struct call *, struct site *, const char *name, const char *type, const char *project, json ***ret,
    size_t *ret_count) ATTR_MUST;

/* The open sprint in an issue's Sprint field: its name, or NULL; the id in *ret_id, -1 when there is none. */
const char *agile_open_sprint(struct arena *, json *value, int64_t *ret_id);
const char *agile_sprint_ids(struct arena *, json *value);	/* all of them, as the change log writes them: "1, 2"; NULL: none */

/* When a sprint began and ended: what was done, else what is planned. -1: not said. */
int64_t agile_sprint_start(json *sprint);
int64_t agile_sprint_end(json *sprint);

#endif
