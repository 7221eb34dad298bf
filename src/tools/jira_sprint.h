/* The parameters that name a board and a sprint, in all tools for sprints. */
#ifndef TOOLS_JIRA_SPRINT_H
#define TOOLS_JIRA_SPRINT_H

#include "tools/tool.h"

#define BOARD_PARAM(st, fl, text) P_STR(st, board_id, fl, .aliases = "boardId,board", .doc = text)
#define SPRINT_PARAM(st) P_STR(st, sprint_id, P_REQUIRED, .aliases = "sprintId,sprint", .doc = "active, next, last, name or id")

#endif
