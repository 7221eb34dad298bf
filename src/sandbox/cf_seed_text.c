/*
 * What the company has written down: the pages of the seed in storage format, as
 * Confluence's editors write it. @u3; stands for the user element of the third person,
 * @reference; for the long page that cf_seed.c makes. Parents stand before children.
 */
#include "sandbox/cf_seed_text.h"

#include "base/mem.h"

const struct cf_seed_page cf_seed_pages[] = {
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform Operations", .author = 0, .days = 150, .flags = "h",
	    .body =
	    "<ac:layout><ac:layout-section ac:type=\"two_left_sidebar\"><ac:layout-cell><ac:structured-macro ac:name=\"to"
	    "c\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000001\"><ac:parameter ac:name=\"max"
	    "Level\">2</ac:parameter></ac:structured-macro></ac:layout-cell><ac:layout-cell><h1>Welcome</h1><p>Everything"
	    " about the platform that <strong>halden.example</strong> runs on. On call this week: <ac:link>@u2;</ac:link>"
	    ".</p><ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000"
	    "000000002\"><ac:parameter ac:name=\"title\">In an emergency</ac:parameter><ac:rich-text-body><p>Something br"
	    "oken right now? Start with the <ac:link><ri:page ri:content-title=\"On-call handbook\" /></ac:link>.</p></ac"
	    ":rich-text-body></ac:structured-macro></ac:layout-cell></ac:layout-section><ac:layout-section ac:type=\"sing"
	    "le\"><ac:layout-cell><h2>Pages</h2><ac:structured-macro ac:name=\"children\" ac:schema-version=\"1\" ac:macr"
	    "o-id=\"7c0f5a10-0000-4000-8000-000000000003\"><ac:parameter ac:name=\"all\">true</ac:parameter><ac:parameter"
	    " ac:name=\"depth\">2</ac:parameter></ac:structured-macro></ac:layout-cell></ac:layout-section></ac:layout>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Runbooks", .author = 2, .days = 140, .parent = "Platform Operations",
	    .labels = "runbook index",
	    .body =
	    "<p>One page for each thing that has woken somebody up.</p><ac:structured-macro ac:name=\"children\" ac:schem"
	    "a-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000004\"><ac:parameter ac:name=\"sort\">title</a"
	    "c:parameter></ac:structured-macro><h2>Before you touch anything</h2><ac:structured-macro ac:name=\"excerpt-i"
	    "nclude\" ac:schema-version=\"1\"><ac:parameter ac:name=\"\"><ac:link><ri:page ri:content-title=\"On-call han"
	    "dbook\" /></ac:link></ac:parameter><ac:parameter ac:name=\"nopanel\">true</ac:parameter></ac:structured-macr"
	    "o>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Restore PostgreSQL from backup", .author = 9, .days = 120, .parent = "Runbooks",
	    .labels = "runbook postgresql",
	    .body =
	    "<h1>When to use this</h1><p>A primary is lost <em>and</em> the replica cannot be promoted. See <ac:structure"
	    "d-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000005\"><ac:pa"
	    "rameter ac:name=\"key\">OPS-1</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:"
	    "structured-macro> for the background.</p><ac:structured-macro ac:name=\"warning\" ac:schema-version=\"1\" ac"
	    ":macro-id=\"7c0f5a10-0000-4000-8000-000000000006\"><ac:parameter ac:name=\"title\">Stop</ac:parameter><ac:ri"
	    "ch-text-body><p>Restoring takes the shop offline. Ask <ac:link>@u0;</ac:link> or <ac:link>@u9;</ac:link> fir"
	    "st.</p></ac:rich-text-body></ac:structured-macro><h1>Steps</h1><ol><li><p>Find the newest base backup:</p><a"
	    "c:structured-macro ac:name=\"code\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-0000000000"
	    "07\"><ac:parameter ac:name=\"language\">bash</ac:parameter><ac:parameter ac:name=\"title\">find the backup</"
	    "ac:parameter><ac:parameter ac:name=\"linenumbers\">true</ac:parameter><ac:plain-text-body><![CDATA[pgbackres"
	    "t info --stanza=main\n"
	    "# newest full backup at the bottom]]></ac:plain-text-body></ac:structured-macro></li><li><p>Stop the pods th"
	    "at write.</p></li><li><p>Restore:</p><ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\" ac:macro-"
	    "id=\"7c0f5a10-0000-4000-8000-000000000008\"><ac:parameter ac:name=\"language\">bash</ac:parameter><ac:plain-"
	    "text-body><![CDATA[pgbackrest --stanza=main --delta restore\n"
	    "kubectl -n db rollout restart statefulset/postgres]]></ac:plain-text-body></ac:structured-macro></li></ol><a"
	    "c:structured-macro ac:name=\"expand\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000000"
	    "0009\"><ac:parameter ac:name=\"title\">To an earlier moment</ac:parameter><ac:rich-text-body><p>Point-in-tim"
	    "e recovery needs <code>--type=time</code> and a target such as <code>2026-11-01 04:00:00+00</code>.</p></ac:"
	    "rich-text-body></ac:structured-macro><h1>Afterwards</h1><ac:task-list>\n<ac:task>\n"
	    "<ac:task-id>1</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span>Tell <ac:link>@u7;</ac:link> how long the shop was away</span></ac:task-body>\n"
	    "</ac:task>\n<ac:task>\n<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u9;</ac:link> check the WAL archive by <time datetime=\"2026-12-01\" /></span>"
	    "</ac:task-body>\n</ac:task>\n<ac:task>\n<ac:task-id>3</ac:task-id>\n"
	    "<ac:task-status>incomplete</ac:task-status>\n<ac:task-body>Write the incident page</ac:task-body>\n"
	    "</ac:task>\n</ac:task-list><p>Back to <ac:link><ri:page ri:content-title=\"Runbooks\" /></ac:link>.</p>",
	    .old = { "<p>To be written.</p>",
		"<h1>Steps</h1><ol><li><p>Find the newest base backup.</p></li><li><p>Restore it.</p></li></ol>" }, },
	{ .type = CF_PAGE, .space = "OPS", .title = "Rotate TLS certificates", .author = 1, .days = 100, .parent = "Runbooks",
	    .labels = "runbook tls",
	    .body =
	    "<p>cert-manager renews by itself. This is for when it does not.</p><ac:structured-macro ac:name=\"note\" ac:"
	    "schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000010\"><ac:rich-text-body><p>Wildcard cer"
	    "tificates live in namespace <code>ingress</code>.</p></ac:rich-text-body></ac:structured-macro><ac:structure"
	    "d-macro ac:name=\"code\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000011\"><ac:pa"
	    "rameter ac:name=\"language\">yaml</ac:parameter><ac:plain-text-body><![CDATA[apiVersion: cert-manager.io/v1"
	    "\nkind: Certificate\nmetadata:\n  name: halden-wildcard\nspec:\n"
	    "  renewBefore: 720h]]></ac:plain-text-body></ac:structured-macro><p><ac:emoticon ac:name=\"tick\" ac:emoji-s"
	    "hortname=\":check_mark:\" ac:emoji-id=\"atlassian-check_mark\" ac:emoji-fallback=\":check_mark:\" /> tested "
	    "last in October.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Drain a Kubernetes node", .author = 2, .days = 90, .parent = "Runbooks",
	    .labels = "runbook kubernetes",
	    .body =
	    "<p>Cordon, drain, wait, then reboot.</p><ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\" ac:mac"
	    "ro-id=\"7c0f5a10-0000-4000-8000-000000000012\"><ac:parameter ac:name=\"language\">bash</ac:parameter><ac:pla"
	    "in-text-body><![CDATA[kubectl cordon \"$NODE\"\n"
	    "kubectl drain \"$NODE\" --ignore-daemonsets --delete-emptydir-data]]></ac:plain-text-body></ac:structured-ma"
	    "cro><ac:structured-macro ac:name=\"tip\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000013\"><ac:rich-text-body><p>Databases move slowly: give them ten minutes each.</p></ac:rich-text-body></"
	    "ac:structured-macro><table data-layout=\"default\"><colgroup><col style=\"width: 120.0px;\" /><col style=\"w"
	    "idth: 320.0px;\" /></colgroup><tbody><tr><th><p>Pool</p></th><th><p>How many at once</p></th></tr><tr><td><p"
	    ">web</p></td><td><p>3</p></td></tr><tr><td><p>db</p></td><td><p>1, <u>never</u> two</p></td></tr></tbody></t"
	    "able>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Failover to the second region", .author = 2, .days = 60, .parent = "Runbooks",
	    .labels = "runbook region",
	    .body =
	    "<p>The decision is <ac:link>@u7;</ac:link>'s. The way:</p><ac:structured-macro ac:name=\"code\" ac:schema-ve"
	    "rsion=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000014\"><ac:parameter ac:name=\"language\">mermaid<"
	    "/ac:parameter><ac:plain-text-body><![CDATA[flowchart LR\n  A[DNS] --> B{health}\n  B -->|ok| C[eu-north]\n"
	    "  B -->|failed| D[eu-central]\n"
	    "]]></ac:plain-text-body></ac:structured-macro><p>And the order of messages:</p><ac:structured-macro ac:name="
	    "\"plantuml\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000015\"><ac:parameter ac:n"
	    "ame=\"atlassian_macro_output_type\">INLINE</ac:parameter><ac:plain-text-body><![CDATA[@startuml\n"
	    "actor OnCall\nOnCall -> DNS : lower TTL\nDNS -> OnCall : done\n"
	    "@enduml]]></ac:plain-text-body></ac:structured-macro><ac:structured-macro ac:name=\"panel\" ac:schema-versio"
	    "n=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000016\"><ac:parameter ac:name=\"title\">Expect</ac:para"
	    "meter><ac:parameter ac:name=\"borderStyle\">solid</ac:parameter><ac:parameter ac:name=\"bgColor\">#deebff</a"
	    "c:parameter><ac:rich-text-body><p>Traffic follows within <strong>five minutes</strong>.</p></ac:rich-text-bo"
	    "dy></ac:structured-macro>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "On-call handbook", .author = 2, .days = 130, .parent = "Runbooks",
	    .labels = "runbook on-call",
	    .body =
	    "<ac:structured-macro ac:name=\"excerpt\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000017\"><ac:parameter ac:name=\"atlassian_macro_output_type\">INLINE</ac:parameter><ac:rich-text-body><p>B"
	    "reathe. Say in #ops that you are looking. Change one thing at a time and write it down.</p></ac:rich-text-bo"
	    "dy></ac:structured-macro><h2>Who</h2><ul><li><p><ac:link>@u1;</ac:link> (Monday to Wednesday)</p></li><li><p"
	    "><ac:link>@u2;</ac:link> (Thursday to Sunday)</p></li></ul><h2>Severities</h2><table><tbody><tr><th><p>Sever"
	    "ity</p></th><th><p>Answer within</p></th><th colspan=\"2\"><p>Who is told</p></th></tr><tr><td rowspan=\"2"
	    "\"><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-"
	    "000000000018\"><ac:parameter ac:name=\"title\">SEV 1</ac:parameter><ac:parameter ac:name=\"colour\">Red</ac:"
	    "parameter></ac:structured-macro></p></td><td><p>5 minutes</p></td><td><p><ac:link>@u0;</ac:link></p></td><td"
	    "><p><ac:link>@u7;</ac:link></p></td></tr><tr><td><p>always by phone</p></td><td colspan=\"2\"><p>and the who"
	    "le channel</p></td></tr><tr><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-"
	    "id=\"7c0f5a10-0000-4000-8000-000000000019\"><ac:parameter ac:name=\"title\">SEV 2</ac:parameter><ac:paramete"
	    "r ac:name=\"colour\">Yellow</ac:parameter></ac:structured-macro></p></td><td><p>30 minutes</p></td><td colsp"
	    "an=\"2\" data-highlight-colour=\"#e3fcef\"><p>the channel</p></td></tr></tbody></table>",
	    .old = { "<p>Who is on call, and what they do.</p>" }, },
	{ .type = CF_PAGE, .space = "OPS", .title = "Architecture", .author = 0, .days = 145, .parent = "Platform Operations",
	    .labels = "architecture index",
	    .body =
	    "<ac:structured-macro ac:name=\"children\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-0000"
	    "00000020\" /><p>Decisions are kept as ADRs, newest last.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Cluster overview", .author = 2, .days = 110, .parent = "Architecture",
	    .labels = "architecture kubernetes",
	    .body =
	    "<p>Two regions, three pools.</p><ac:image ac:align=\"center\" ac:layout=\"center\" ac:original-height=\"320"
	    "\" ac:original-width=\"640\" ac:alt=\"Two regions\"><ri:attachment ri:filename=\"cluster.png\" ri:version-at"
	    "-save=\"1\" /><ac:caption><p>The clusters in November</p></ac:caption></ac:image><p>The numbers are in <ac:l"
	    "ink><ri:attachment ri:filename=\"error budget 2026.csv\" /><ac:plain-text-link-body><![CDATA[the error budge"
	    "t]]></ac:plain-text-link-body></ac:link>; an outside picture: <ac:image ac:width=\"200\"><ri:url ri:value="
	    "\"https://halden.example/logo.svg\" /></ac:image></p><ac:structured-macro ac:name=\"view-file\" ac:schema-ve"
	    "rsion=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000021\"><ac:parameter ac:name=\"name\"><ri:attachme"
	    "nt ri:filename=\"error budget 2026.csv\" /></ac:parameter><ac:parameter ac:name=\"height\">150</ac:parameter"
	    "></ac:structured-macro>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-001 PostgreSQL 16 everywhere", .author = 0, .days = 88, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000024\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000022\"><ac:parameter ac:name=\"title\">Accepted</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Green</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u0;</a"
	    "c:link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version"
	    "=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000023\"><ac:parameter ac:name=\"key\">OPS-1</ac:paramete"
	    "r><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></t"
	    "able></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>Four versions of PostgreSQL were running.<"
	    "/p><h2>Decision</h2><p>One version, upgraded together.</p><h2>Consequences</h2><ul><li><p>Less to know, more"
	    " to migrate.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-002 Ingress with Envoy", .author = 2, .days = 76, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000027\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000025\"><ac:parameter ac:name=\"title\">Accepted</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Green</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u2;</a"
	    "c:link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version"
	    "=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000026\"><ac:parameter ac:name=\"key\">OPS-4</ac:paramete"
	    "r><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></t"
	    "able></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>nginx reloads dropped connections.</p><h2>"
	    "Decision</h2><p>Envoy, configured by Gateway API.</p><h2>Consequences</h2><ul><li><p>Less to know, more to m"
	    "igrate.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-003 Structured logs only", .author = 1, .days = 64, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000030\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000028\"><ac:parameter ac:name=\"title\">Accepted</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Green</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u1;</a"
	    "c:link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version"
	    "=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000029\"><ac:parameter ac:name=\"key\">OPS-7</ac:paramete"
	    "r><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></t"
	    "able></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>Nobody could search the logs.</p><h2>Decis"
	    "ion</h2><p>Every line is JSON with a trace id.</p><h2>Consequences</h2><ul><li><p>Less to know, more to migr"
	    "ate.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-004 No shell on production nodes", .author = 2, .days = 52, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000033\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000031\"><ac:parameter ac:name=\"title\">Accepted</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Green</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u2;</a"
	    "c:link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version"
	    "=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000032\"><ac:parameter ac:name=\"key\">OPS-9</ac:paramete"
	    "r><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></t"
	    "able></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>Two incidents began with a shell.</p><h2>D"
	    "ecision</h2><p>Ephemeral debug containers, recorded.</p><h2>Consequences</h2><ul><li><p>Less to know, more t"
	    "o migrate.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-005 Second region as warm standby", .author = 0, .days = 40, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000036\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000034\"><ac:parameter ac:name=\"title\">Accepted</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Green</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u0;</a"
	    "c:link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version"
	    "=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000035\"><ac:parameter ac:name=\"key\">OPS-12</ac:paramet"
	    "er><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></"
	    "table></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>A region was lost for four hours.</p><h2>"
	    "Decision</h2><p>A warm standby with replicated storage.</p><h2>Consequences</h2><ul><li><p>Less to know, mor"
	    "e to migrate.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "ADR-006 Feature flags from one service", .author = 3, .days = 28, .parent = "Architecture",
	    .labels = "adr architecture",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000039\"><ac:parameter ac:name=\"id\">adr</ac:parameter><ac:rich-text-body><table><tbody><tr><th><p>Status<"
	    "/p></th><td><p><ac:structured-macro ac:name=\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000037\"><ac:parameter ac:name=\"title\">Proposed</ac:parameter><ac:parameter ac:name=\"colou"
	    "r\">Blue</ac:parameter></ac:structured-macro></p></td></tr><tr><th><p>Owner</p></th><td><p><ac:link>@u3;</ac"
	    ":link></p></td></tr><tr><th><p>Issue</p></th><td><p><ac:structured-macro ac:name=\"jira\" ac:schema-version="
	    "\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000038\"><ac:parameter ac:name=\"key\">SHOP-3</ac:paramete"
	    "r><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro></p></td></tr></tbody></t"
	    "able></ac:rich-text-body></ac:structured-macro><h2>Context</h2><p>Three libraries disagreed.</p><h2>Decision"
	    "</h2><p>One flag service with a local cache.</p><h2>Consequences</h2><ul><li><p>Less to know, more to migrat"
	    "e.</p></li><li><p>Reviewed after a year.</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Incidents", .author = 2, .days = 142, .parent = "Platform Operations",
	    .labels = "incident-index",
	    .body =
	    "<p>What went wrong, without blame.</p><ac:structured-macro ac:name=\"detailssummary\" ac:schema-version=\"1"
	    "\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000040\"><ac:parameter ac:name=\"cql\">label = \"incident\" a"
	    "nd space = currentSpace()</ac:parameter><ac:parameter ac:name=\"label\">incident</ac:parameter><ac:parameter"
	    " ac:name=\"headings\">Severity,Lasted</ac:parameter></ac:structured-macro>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "2026-07-14 Checkout down for 42 minutes", .author = 1, .days = 90, .parent = "Incidents",
	    .labels = "incident",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000042\"><ac:rich-text-body><table><tbody><tr><th><p>Severity</p></th><td><p><ac:structured-macro ac:name="
	    "\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000041\"><ac:parameter ac:nam"
	    "e=\"title\">SEV 1</ac:parameter><ac:parameter ac:name=\"colour\">Red</ac:parameter></ac:structured-macro></p"
	    "></td></tr><tr><th><p>Lasted</p></th><td><p>42 minutes</p></td></tr></tbody></table></ac:rich-text-body></ac"
	    ":structured-macro><h2>What happened</h2><p>A migration locked the orders table. Followed up in <ac:structure"
	    "d-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000043\"><ac:pa"
	    "rameter ac:name=\"key\">SHOP-1</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac"
	    ":structured-macro>.</p><h2>Timeline</h2><table><tbody><tr><th><p>Time</p></th><th><p>What</p></th></tr><tr><"
	    "td><p>10:02</p></td><td><p>Alert fires</p></td></tr><tr><td rowspan=\"2\"><p>10:05</p></td><td><p><ac:link>@"
	    "u1;</ac:link> looks</p></td></tr><tr><td><p>Dashboards confirm</p></td></tr></tbody></table><h2>Actions</h2>"
	    "<ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u2;</ac:link> add an alert</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Tell support</span></ac:task-body>\n</ac:task>\n</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "2026-08-02 Search stale for a day", .author = 2, .days = 74, .parent = "Incidents",
	    .labels = "incident",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000045\"><ac:rich-text-body><table><tbody><tr><th><p>Severity</p></th><td><p><ac:structured-macro ac:name="
	    "\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000044\"><ac:parameter ac:nam"
	    "e=\"title\">SEV 2</ac:parameter><ac:parameter ac:name=\"colour\">Yellow</ac:parameter></ac:structured-macro>"
	    "</p></td></tr><tr><th><p>Lasted</p></th><td><p>26 hours</p></td></tr></tbody></table></ac:rich-text-body></a"
	    "c:structured-macro><h2>What happened</h2><p>The indexer stopped on one bad product. Followed up in <ac:struc"
	    "tured-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000046\"><a"
	    "c:parameter ac:name=\"key\">SHOP-2</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter>"
	    "</ac:structured-macro>.</p><h2>Timeline</h2><table><tbody><tr><th><p>Time</p></th><th><p>What</p></th></tr><"
	    "tr><td><p>10:02</p></td><td><p>Alert fires</p></td></tr><tr><td rowspan=\"2\"><p>10:05</p></td><td><p><ac:li"
	    "nk>@u2;</ac:link> looks</p></td></tr><tr><td><p>Dashboards confirm</p></td></tr></tbody></table><h2>Actions<"
	    "/h2><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u2;</ac:link> add an alert</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Tell support</span></ac:task-body>\n</ac:task>\n</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "2026-08-30 Certificates expired", .author = 3, .days = 58, .parent = "Incidents",
	    .labels = "incident",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000048\"><ac:rich-text-body><table><tbody><tr><th><p>Severity</p></th><td><p><ac:structured-macro ac:name="
	    "\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000047\"><ac:parameter ac:nam"
	    "e=\"title\">SEV 1</ac:parameter><ac:parameter ac:name=\"colour\">Red</ac:parameter></ac:structured-macro></p"
	    "></td></tr><tr><th><p>Lasted</p></th><td><p>18 minutes</p></td></tr></tbody></table></ac:rich-text-body></ac"
	    ":structured-macro><h2>What happened</h2><p>The renewal job had no permission. Followed up in <ac:structured-"
	    "macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000049\"><ac:para"
	    "meter ac:name=\"key\">OPS-6</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:st"
	    "ructured-macro>.</p><h2>Timeline</h2><table><tbody><tr><th><p>Time</p></th><th><p>What</p></th></tr><tr><td>"
	    "<p>10:02</p></td><td><p>Alert fires</p></td></tr><tr><td rowspan=\"2\"><p>10:05</p></td><td><p><ac:link>@u3;"
	    "</ac:link> looks</p></td></tr><tr><td><p>Dashboards confirm</p></td></tr></tbody></table><h2>Actions</h2><ac"
	    ":task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u2;</ac:link> add an alert</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Tell support</span></ac:task-body>\n</ac:task>\n</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "2026-09-21 Slow pages at noon", .author = 1, .days = 42, .parent = "Incidents",
	    .labels = "incident",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000051\"><ac:rich-text-body><table><tbody><tr><th><p>Severity</p></th><td><p><ac:structured-macro ac:name="
	    "\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000050\"><ac:parameter ac:nam"
	    "e=\"title\">SEV 3</ac:parameter><ac:parameter ac:name=\"colour\">Yellow</ac:parameter></ac:structured-macro>"
	    "</p></td></tr><tr><th><p>Lasted</p></th><td><p>3 hours</p></td></tr></tbody></table></ac:rich-text-body></ac"
	    ":structured-macro><h2>What happened</h2><p>A cache was sized for July. Followed up in <ac:structured-macro a"
	    "c:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000052\"><ac:parameter a"
	    "c:name=\"key\">OPS-8</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structure"
	    "d-macro>.</p><h2>Timeline</h2><table><tbody><tr><th><p>Time</p></th><th><p>What</p></th></tr><tr><td><p>10:0"
	    "2</p></td><td><p>Alert fires</p></td></tr><tr><td rowspan=\"2\"><p>10:05</p></td><td><p><ac:link>@u1;</ac:li"
	    "nk> looks</p></td></tr><tr><td><p>Dashboards confirm</p></td></tr></tbody></table><h2>Actions</h2><ac:task-l"
	    "ist>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u2;</ac:link> add an alert</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Tell support</span></ac:task-body>\n</ac:task>\n</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "2026-10-19 Backups silently failing", .author = 2, .days = 26, .parent = "Incidents",
	    .labels = "incident",
	    .body =
	    "<ac:structured-macro ac:name=\"details\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-00000"
	    "0000054\"><ac:rich-text-body><table><tbody><tr><th><p>Severity</p></th><td><p><ac:structured-macro ac:name="
	    "\"status\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000053\"><ac:parameter ac:nam"
	    "e=\"title\">SEV 2</ac:parameter><ac:parameter ac:name=\"colour\">Yellow</ac:parameter></ac:structured-macro>"
	    "</p></td></tr><tr><th><p>Lasted</p></th><td><p>5 days</p></td></tr></tbody></table></ac:rich-text-body></ac:"
	    "structured-macro><h2>What happened</h2><p>The bucket had a new policy. Followed up in <ac:structured-macro a"
	    "c:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000055\"><ac:parameter a"
	    "c:name=\"key\">OPS-11</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structur"
	    "ed-macro>.</p><h2>Timeline</h2><table><tbody><tr><th><p>Time</p></th><th><p>What</p></th></tr><tr><td><p>10:"
	    "02</p></td><td><p>Alert fires</p></td></tr><tr><td rowspan=\"2\"><p>10:05</p></td><td><p><ac:link>@u2;</ac:l"
	    "ink> looks</p></td></tr><tr><td><p>Dashboards confirm</p></td></tr></tbody></table><h2>Actions</h2><ac:task-"
	    "list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u2;</ac:link> add an alert</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Tell support</span></ac:task-body>\n</ac:task>\n</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Shared warnings", .author = 0, .days = 80, .parent = "Platform Operations",
	    .labels = "shared",
	    .body =
	    "<p>Included in other pages: <strong>never run migrations on a Friday</strong>.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Deployment guide", .author = 1, .days = 70, .parent = "Platform Operations",
	    .labels = "deployment",
	    .body =
	    "<ac:structured-macro ac:name=\"include\" ac:schema-version=\"1\"><ac:parameter ac:name=\"\"><ac:link><ri:pag"
	    "e ri:content-title=\"Shared warnings\" /></ac:link></ac:parameter></ac:structured-macro><h2>How</h2><p>Merge"
	    " to <code>main</code>; the pipeline does the rest. Rates: x<sup>2</sup>, H<sub>2</sub>O, <span style=\"color"
	    ": rgb(255,86,48);\">red is bad</span>, <del>old way</del>.</p><blockquote><p>If it hurts, do it more often.<"
	    "/p></blockquote><hr /><p style=\"text-align: center;\">Centred.</p><ac:structured-macro ac:name=\"excerpt\" "
	    "ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000056\"><ac:parameter ac:name=\"hidden"
	    "\">true</ac:parameter><ac:rich-text-body><p>Deploy any time but Friday.</p></ac:rich-text-body></ac:structur"
	    "ed-macro>",
	    .old = { "<p>Ask Tomasz.</p>" }, },
	{ .type = CF_FOLDER, .space = "OPS", .title = "Team notes", .author = 0, .days = 60, .parent = "Platform Operations", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform weekly 2026-10-12", .author = 0, .days = 42, .parent = "Team notes",
	    .labels = "meeting-notes",
	    .body =
	    "<h2>Present</h2><p><ac:link>@u0;</ac:link> <ac:link>@u1;</ac:link></p><h2>Notes</h2><ul><li><p>Error budget "
	    "is at 70%.</p></li><li><p><ac:structured-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a"
	    "10-0000-4000-8000-000000000057\"><ac:parameter ac:name=\"key\">OPS-2</ac:parameter><ac:parameter ac:name=\"s"
	    "erver\">System Jira</ac:parameter></ac:structured-macro> moves on.</p></li></ul><h2>Decisions</h2><ac:adf-ex"
	    "tension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">d0</ac:adf-attribute><ac:adf-"
	    "node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attribute><ac:adf-content>Keep t"
	    "he standby warm.</ac:adf-content></ac:adf-node></ac:adf-node></ac:adf-extension><h2>To do</h2><ac:task-list>"
	    "\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u1;</ac:link> rotate the pager</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u0;</ac:link> send the notes</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform weekly 2026-10-19", .author = 1, .days = 35, .parent = "Team notes",
	    .labels = "meeting-notes",
	    .body =
	    "<h2>Present</h2><p><ac:link>@u0;</ac:link> <ac:link>@u1;</ac:link> <ac:link>@u2;</ac:link></p><h2>Notes</h2>"
	    "<ul><li><p>Error budget is at 61%.</p></li><li><p><ac:structured-macro ac:name=\"jira\" ac:schema-version="
	    "\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000058\"><ac:parameter ac:name=\"key\">OPS-3</ac:parameter"
	    "><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro> moves on.</p></li></ul><h"
	    "2>Decisions</h2><ac:adf-extension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">d1<"
	    "/ac:adf-attribute><ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attrib"
	    "ute><ac:adf-content>Keep the standby warm.</ac:adf-content></ac:adf-node></ac:adf-node></ac:adf-extension><h"
	    "2>To do</h2><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n"
	    "<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u1;</ac:link> rotate the pager</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u0;</ac:link> send the notes</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform weekly 2026-10-26", .author = 2, .days = 28, .parent = "Team notes",
	    .labels = "meeting-notes",
	    .body =
	    "<h2>Present</h2><p><ac:link>@u0;</ac:link> <ac:link>@u1;</ac:link> <ac:link>@u2;</ac:link> <ac:link>@u9;</ac"
	    ":link></p><h2>Notes</h2><ul><li><p>Error budget is at 52%.</p></li><li><p><ac:structured-macro ac:name=\"jir"
	    "a\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000059\"><ac:parameter ac:name=\"key"
	    "\">OPS-4</ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro> mov"
	    "es on.</p></li></ul><h2>Decisions</h2><ac:adf-extension><ac:adf-node type=\"decision-list\"><ac:adf-attribut"
	    "e key=\"local-id\">d2</ac:adf-attribute><ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">"
	    "DECIDED</ac:adf-attribute><ac:adf-content>Keep the standby warm.</ac:adf-content></ac:adf-node></ac:adf-node"
	    "></ac:adf-extension><h2>To do</h2><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n"
	    "<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u1;</ac:link> rotate the pager</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u0;</ac:link> send the notes</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform weekly 2026-11-02", .author = 0, .days = 21, .parent = "Team notes",
	    .labels = "meeting-notes",
	    .body =
	    "<h2>Present</h2><p><ac:link>@u0;</ac:link> <ac:link>@u1;</ac:link></p><h2>Notes</h2><ul><li><p>Error budget "
	    "is at 43%.</p></li><li><p><ac:structured-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a"
	    "10-0000-4000-8000-000000000060\"><ac:parameter ac:name=\"key\">OPS-5</ac:parameter><ac:parameter ac:name=\"s"
	    "erver\">System Jira</ac:parameter></ac:structured-macro> moves on.</p></li></ul><h2>Decisions</h2><ac:adf-ex"
	    "tension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">d3</ac:adf-attribute><ac:adf-"
	    "node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attribute><ac:adf-content>Keep t"
	    "he standby warm.</ac:adf-content></ac:adf-node></ac:adf-node></ac:adf-extension><h2>To do</h2><ac:task-list>"
	    "\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u1;</ac:link> rotate the pager</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u0;</ac:link> send the notes</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Platform weekly 2026-11-09", .author = 1, .days = 14, .parent = "Team notes",
	    .labels = "meeting-notes",
	    .body =
	    "<h2>Present</h2><p><ac:link>@u0;</ac:link> <ac:link>@u1;</ac:link> <ac:link>@u2;</ac:link></p><h2>Notes</h2>"
	    "<ul><li><p>Error budget is at 34%.</p></li><li><p><ac:structured-macro ac:name=\"jira\" ac:schema-version="
	    "\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000061\"><ac:parameter ac:name=\"key\">OPS-6</ac:parameter"
	    "><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro> moves on.</p></li></ul><h"
	    "2>Decisions</h2><ac:adf-extension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">d4<"
	    "/ac:adf-attribute><ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">DECIDED</ac:adf-attrib"
	    "ute><ac:adf-content>Keep the standby warm.</ac:adf-content></ac:adf-node></ac:adf-node></ac:adf-extension><h"
	    "2>To do</h2><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n"
	    "<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u1;</ac:link> rotate the pager</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u0;</ac:link> send the notes</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>", },
	{ .type = CF_WHITEBOARD, .space = "OPS", .title = "Region map", .author = 0, .days = 50, .parent = "Platform Operations", },
	{ .type = CF_DATABASE, .space = "OPS", .title = "Service catalogue", .author = 0, .days = 50, .parent = "Platform Operations", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Old deployment guide", .author = 0, .days = 148, .parent = "Platform Operations",
	    .labels = "deployment", .flags = "a",
	    .body =
	    "<p>With the old pipeline.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Scratch", .author = 0, .days = 20, .parent = "Platform Operations", .flags = "t",
	    .body =
	    "<p>Nothing to keep.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Vendor contracts", .author = 0, .days = 55, .parent = "Platform Operations", .flags = "r",
	    .body =
	    "<p>Terms with the hosting company. Only <ac:link>@u0;</ac:link> and <ac:link>@u7;</ac:link> read this.</p>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Change calendar", .author = 0, .days = 40, .parent = "Platform Operations", .flags = "e",
	    .body =
	    "<p>Everybody reads, the platform team edits.</p><ac:placeholder ac:type=\"mention\">Who approves?</ac:placeh"
	    "older><table><tbody><tr><th><p>Week</p></th><th><p>Change</p></th></tr><tr><td><p>48</p></td><td><p>None: <e"
	    "m>Black Friday</em></p></td></tr></tbody></table>", },
	{ .type = CF_PAGE, .space = "OPS", .title = "Configuration reference", .author = 2, .days = 65, .parent = "Platform Operations",
	    .labels = "reference configuration", .flags = "R",
	    .body =
	    "@reference;", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Web Shop", .author = 7, .days = 150, .flags = "h",
	    .body =
	    "<p>The team of the shop.</p><ac:structured-macro ac:name=\"children\" ac:schema-version=\"1\" ac:macro-id="
	    "\"7c0f5a10-0000-4000-8000-000000000062\" /><ac:structured-macro ac:name=\"recently-updated\" ac:schema-versi"
	    "on=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000063\"><ac:parameter ac:name=\"max\">10</ac:parameter"
	    "></ac:structured-macro>", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Checkout redesign", .author = 5, .days = 75, .parent = "Web Shop",
	    .labels = "checkout design",
	    .body =
	    "<h1>Goal</h1><p>A guest can pay in <ac:inline-comment-marker ac:ref=\"a1b2c3d4-0000-4000-8000-000000000001"
	    "\">three steps</ac:inline-comment-marker> instead of six. Epic: <ac:structured-macro ac:name=\"jira\" ac:sch"
	    "ema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000064\"><ac:parameter ac:name=\"key\">SHOP-1<"
	    "/ac:parameter><ac:parameter ac:name=\"server\">System Jira</ac:parameter></ac:structured-macro>.</p><ac:layo"
	    "ut><ac:layout-section ac:type=\"two_equal\" ac:breakout-mode=\"wide\"><ac:layout-cell><h2>Now</h2><ol><li><p"
	    ">Basket</p></li><li><p>Log in</p></li><li><p>Address</p></li></ol></ac:layout-cell><ac:layout-cell><h2>Then<"
	    "/h2><ol><li><p>Basket</p></li><li><p><ac:inline-comment-marker ac:ref=\"a1b2c3d4-0000-4000-8000-000000000002"
	    "\">One form</ac:inline-comment-marker></p></li></ol></ac:layout-cell></ac:layout-section></ac:layout><h1>Ope"
	    "n questions</h1><p>What of <ac:inline-comment-marker ac:ref=\"a1b2c3d4-0000-4000-8000-000000000003\">saved b"
	    "askets</ac:inline-comment-marker>? Ask <ac:link>@u5;</ac:link>.</p><ac:structured-macro ac:name=\"panel\" ac"
	    ":schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000065\"><ac:parameter ac:name=\"bgColor"
	    "\">#eae6ff</ac:parameter><ac:parameter ac:name=\"panelIcon\">:bulb:</ac:parameter><ac:parameter ac:name=\"pa"
	    "nelIconText\">&#128161;</ac:parameter><ac:rich-text-body><p>Measured by conversion, not by clicks.</p></ac:r"
	    "ich-text-body></ac:structured-macro><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n"
	    "<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u5;</ac:link> draw the form</span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>2</ac:task-id>\n<ac:task-status>complete</ac:task-status>\n"
	    "<ac:task-body><span><ac:link>@u4;</ac:link> ask three customers</span></ac:task-body>\n</ac:task>\n"
	    "</ac:task-list>",
	    .old = { "<h1>Goal</h1><p>Fewer steps.</p>",
		"<h1>Goal</h1><p>A guest can pay in four steps instead of six.</p>" }, },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Payment providers", .author = 4, .days = 70, .parent = "Checkout redesign",
	    .labels = "checkout payment",
	    .body =
	    "<table><tbody><tr><th><p>Provider</p></th><th><p>Fee</p></th><th><p>Countries</p></th></tr><tr><td><p>Nordpa"
	    "y</p></td><td><p>1.4 %</p></td><td rowspan=\"2\"><p>SE, NO, DK</p></td></tr><tr><td><p>Kaltpay</p></td><td><"
	    "p>1.1 %</p></td></tr></tbody></table>", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Search ranking", .author = 3, .days = 66, .parent = "Web Shop",
	    .labels = "search",
	    .body =
	    "<p>How products are ordered.</p><ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\" ac:macro-id="
	    "\"7c0f5a10-0000-4000-8000-000000000066\"><ac:parameter ac:name=\"language\">python</ac:parameter><ac:paramet"
	    "er ac:name=\"title\">score.py</ac:parameter><ac:parameter ac:name=\"collapse\">true</ac:parameter><ac:plain-"
	    "text-body><![CDATA[def score(p, q):\n"
	    "    return bm25(p, q) * (1 + p.margin) if p.stock > 0 else 0]]></ac:plain-text-body></ac:structured-macro><a"
	    "c:structured-macro ac:name=\"noformat\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000"
	    "000067\"><ac:plain-text-body><![CDATA[plain   text <kept> & as it is]]></ac:plain-text-body></ac:structured-"
	    "macro><p>Formula: <ac:structured-macro ac:name=\"mathinline\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10"
	    "-0000-4000-8000-000000000068\"><ac:parameter ac:name=\"body\">--uriencoded--x%5E2</ac:parameter></ac:structu"
	    "red-macro></p>", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Release notes 3.7.0", .author = 3, .days = 12, .parent = "Web Shop",
	    .labels = "release-notes",
	    .body =
	    "<h2>New</h2><ul><li><p>New search (<ac:structured-macro ac:name=\"jira\" ac:schema-version=\"1\" ac:macro-id"
	    "=\"7c0f5a10-0000-4000-8000-000000000069\"><ac:parameter ac:name=\"key\">SHOP-2</ac:parameter><ac:parameter a"
	    "c:name=\"server\">System Jira</ac:parameter></ac:structured-macro>)</p></li></ul><h2>Fixed</h2><ul><li><p>Pr"
	    "ices with &euro; and &nbsp;spaces</p></li></ul>", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Release notes 3.8.0", .author = 3, .days = 3, .parent = "Web Shop",
	    .labels = "release-notes", .flags = "d",
	    .body =
	    "<p>Guest checkout.</p>", },
	{ .type = CF_PAGE, .space = "SHOP", .title = "Offsite ideas", .author = 4, .days = 15, .parent = "Web Shop", .flags = "l",
	    .body =
	    "<p>Write here, everybody.</p><ul><li><p>Hiking</p></li></ul>", },
	{ .type = CF_PAGE, .space = "PEOPLE", .title = "People Handbook", .author = 7, .days = 149, .flags = "h",
	    .body =
	    "<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000"
	    "070\" /><h1>How we work</h1><p>Remote first, in person once a quarter.</p><h1>Where to ask</h1><p><ac:link>@"
	    "u7;</ac:link> knows.</p>", },
	{ .type = CF_PAGE, .space = "PEOPLE", .title = "Onboarding", .author = 7, .days = 44, .parent = "People Handbook",
	    .labels = "onboarding",
	    .body =
	    "<p>Welcome! Read <ac:link><ri:page ri:space-key=\"OPS\" ri:content-title=\"Platform Operations\" /><ac:link-"
	    "body>the platform pages</ac:link-body></ac:link> first.</p><ac:placeholder>Add your name here</ac:placeholde"
	    "r><ac:task-list>\n<ac:task>\n<ac:task-id>1</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body>Get a laptop</ac:task-body>\n</ac:task>\n<ac:task>\n<ac:task-id>2</ac:task-id>\n"
	    "<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body><span>Meet <ac:link>@u0;</ac:link></span></ac:task-body>\n</ac:task>\n<ac:task>\n"
	    "<ac:task-id>3</ac:task-id>\n<ac:task-status>incomplete</ac:task-status>\n"
	    "<ac:task-body>Deploy something small</ac:task-body>\n</ac:task>\n"
	    "</ac:task-list><ac:structured-macro ac:name=\"expand\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4"
	    "000-8000-000000000072\"><ac:parameter ac:name=\"title\">If nobody answers</ac:parameter><ac:rich-text-body><"
	    "p>Ask again.</p><ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-40"
	    "00-8000-000000000071\"><ac:rich-text-body><p>Nested on purpose.</p></ac:rich-text-body></ac:structured-macro"
	    "></ac:rich-text-body></ac:structured-macro>", },
	{ .type = CF_PAGE, .space = "PEOPLE", .title = "Holidays", .author = 7, .days = 43, .parent = "People Handbook",
	    .labels = "people",
	    .body =
	    "<p>Twenty-eight days.</p><ul><li><p>Ask</p><ul><li><p>your team</p></li><li><p>then <ac:link>@u7;</ac:link><"
	    "/p></li></ul></li></ul>", },
	{ .type = CF_PAGE, .space = "PERSONAL", .title = "Ada Brandt's Home", .author = 0, .days = 100, .flags = "h",
	    .body =
	    "<p>Notes to myself.</p>", },
	{ .type = CF_PAGE, .space = "PERSONAL", .title = "Reading list", .author = 0, .days = 30, .parent = "Ada Brandt's Home",
	    .body =
	    "<ul><li><p>The phoenix book</p></li></ul>", },
	{ .type = CF_PAGE, .space = "OLD", .title = "Warehouse project", .author = 7, .days = 150, .flags = "h",
	    .body =
	    "<p>Ended in 2024.</p>", },
	{ .type = CF_BLOGPOST, .space = "OPS", .title = "We survived Black Friday rehearsal", .author = 0, .days = 9,
	    .labels = "news",
	    .body =
	    "<p>Four thousand orders a minute. Thank you <ac:link>@u2;</ac:link>!</p>", },
	{ .type = CF_BLOGPOST, .space = "OPS", .title = "The second region is live", .author = 2, .days = 25,
	    .labels = "news region",
	    .body =
	    "<p>See <ac:link><ri:page ri:content-title=\"Failover to the second region\" /></ac:link>.</p><ac:structured-"
	    "macro ac:name=\"info\" ac:schema-version=\"1\" ac:macro-id=\"7c0f5a10-0000-4000-8000-000000000073\"><ac:rich"
	    "-text-body><p>Nothing to do for you.</p></ac:rich-text-body></ac:structured-macro>", },
	{ .type = CF_BLOGPOST, .space = "SHOP", .title = "New search is out", .author = 3, .days = 12,
	    .labels = "news search",
	    .body =
	    "<p>Faster by half.</p>", },
	{ .type = CF_BLOGPOST, .space = "PEOPLE", .title = "Say hello to Diego", .author = 7, .days = 35,
	    .labels = "news",
	    .body =
	    "<p><ac:link>@u9;</ac:link> joins the platform team.</p>", },
};
const size_t cf_seed_page_count = LEN(cf_seed_pages);
