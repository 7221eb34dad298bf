/*
 * The words of the seed. Tables only: the order of sb_works is the order in which
 * issues were created, so the upper rows are the older ones.
 */
#include "sandbox/sb_seed_text.h"

#include "base/mem.h"

enum { K8S = 10000, DB = 10001, MON = 10002, CI = 10003, NET = 10004, PAY = 10005, FIND = 10006, CAT = 10007, ACC = 10008, MOB = 10009 };

const struct sb_work sb_works[] = {
	{ 'E', SB_OPS, DB, "Move all databases to PostgreSQL 16" },
	{ 'T', SB_OPS, DB, "List every database with its owner, size and extensions" },
	{ 'T', SB_OPS, DB, "Build the PostgreSQL 16 image with our extensions" },
	{ 'S', SB_OPS, DB, "As a developer I can start a PostgreSQL 16 copy of production data locally" },
	{ 'T', SB_OPS, DB, "Set up logical replication from 13 to 16 for the orders database" },
	{ 'B', SB_OPS, DB, "Replication slot fills the disk when the subscriber is down" },
	{ 'T', SB_OPS, DB, "Move the catalogue database to PostgreSQL 16" },
	{ 'T', SB_OPS, DB, "Move the accounts database to PostgreSQL 16" },
	{ 'B', SB_OPS, DB, "pgbouncer drops connections during failover" },
	{ 'T', SB_OPS, DB, "Rehearse the switch of the orders database on staging" },
	{ 'T', SB_OPS, DB, "Switch the orders database in the maintenance window" },
	{ 'T', SB_OPS, DB, "Remove the PostgreSQL 13 servers and their backups" },
	{ 'E', SB_SHOP, FIND, "New product search" },
	{ 'S', SB_SHOP, FIND, "As a customer I find products although I misspell them" },
	{ 'S', SB_SHOP, FIND, "As a customer I can filter results by size, colour and price" },
	{ 'T', SB_SHOP, FIND, "Index products in German, English and Swedish" },
	{ 'B', SB_SHOP, FIND, "Search for \"rain jacket\" shows rain boots first" },
	{ 'S', SB_SHOP, FIND, "As a customer I see suggestions while I type" },
	{ 'B', SB_SHOP, FIND, "Filter by price ignores the currency of the market" },
	{ 'T', SB_SHOP, FIND, "Load test the search with the traffic of last Black Friday" },
	{ 'B', SB_SHOP, FIND, "Umlauts in product names are not found when typed as ae, oe, ue" },
	{ 'S', SB_SHOP, FIND, "As a merchandiser I can pin products to the top of a search" },
	{ 'T', SB_SHOP, FIND, "Switch the old search off and remove its code" },
	{ 'B', SB_SHOP, FIND, "Empty result page offers no way back to the categories" },
	{ 'b', SB_SHOP, CAT, "Product pictures are rotated when uploaded from a phone" },
	{ 't', SB_OPS, NET, "Renew the wildcard certificate for halden.example" },
	{ 't', SB_OPS, MON, "Write down who is on call in the summer holidays" },
	{ 'E', SB_OPS, MON, "Alerts that mean something" },
	{ 'T', SB_OPS, MON, "Collect every alert of the last quarter and what was done about it" },
	{ 'S', SB_OPS, MON, "As the person on call I see what to do in the alert itself" },
	{ 'T', SB_OPS, MON, "Delete alerts that nobody acted on" },
	{ 'B', SB_OPS, MON, "Disk alert fires for read-only snapshots" },
	{ 'T', SB_OPS, MON, "Alert on error budget instead of single failures for checkout" },
	{ 'B', SB_OPS, MON, "Pager stays silent when the alert manager restarts" },
	{ 'S', SB_OPS, MON, "As a team lead I get a weekly summary of alerts by service" },
	{ 'T', SB_OPS, MON, "Keep logs for 30 days and traces for 7 days" },
	{ 'B', SB_OPS, MON, "Graphs of the payment service have gaps every night at 02:00" },
	{ 'T', SB_OPS, MON, "Move the dashboards into the repository" },
	{ 'B', SB_OPS, MON, "Latency panel shows milliseconds as seconds" },
	{ 'E', SB_SHOP, PAY, "Guest checkout" },
	{ 'S', SB_SHOP, PAY, "As a guest I can order without creating an account" },
	{ 'S', SB_SHOP, PAY, "As a guest I can follow my order with a link from the e-mail" },
	{ 'T', SB_SHOP, PAY, "Store guest addresses for 90 days only" },
	{ 'B', SB_SHOP, PAY, "Basket is empty after switching from guest to account" },
	{ 'S', SB_SHOP, PAY, "As a guest I can turn my order into an account afterwards" },
	{ 'T', SB_SHOP, PAY, "Ask the fraud service before accepting guest orders over 500 euros" },
	{ 'B', SB_SHOP, PAY, "Order confirmation is sent twice when the customer reloads the page" },
	{ 'B', SB_SHOP, PAY, "Postcodes with spaces are refused for the United Kingdom" },
	{ 'S', SB_SHOP, PAY, "As a customer I see delivery costs before I enter my address" },
	{ 'T', SB_SHOP, PAY, "Measure where guests give up the checkout" },
	{ 'B', SB_SHOP, PAY, "Voucher is accepted but not subtracted for guests" },
	{ 'T', SB_SHOP, PAY, "Update the terms of service for guest orders" },
	{ 'b', SB_SHOP, ACC, "Password reset link expires at once for customers in New Zealand" },
	{ 't', SB_SHOP, CAT, "Import the winter collection" },
	{ 'b', SB_OPS, CI, "Builds hang when two runners share a cache volume" },
	{ 'E', SB_OPS, K8S, "Second region" },
	{ 'T', SB_OPS, K8S, "Choose the second region and estimate its cost" },
	{ 'T', SB_OPS, NET, "Connect both regions by private network" },
	{ 'T', SB_OPS, K8S, "Create the cluster in the second region from code" },
	{ 'S', SB_OPS, DB, "As the shop I keep working when one region is gone" },
	{ 'T', SB_OPS, DB, "Replicate the orders database to the second region" },
	{ 'B', SB_OPS, NET, "Traffic between regions leaves through the public gateway" },
	{ 'T', SB_OPS, NET, "Route customers to the nearer region" },
	{ 'T', SB_OPS, K8S, "Replicate secrets and certificates to the second region" },
	{ 'B', SB_OPS, K8S, "Pods in the second region resolve names of the first" },
	{ 'T', SB_OPS, MON, "Watch replication lag and alert above five seconds" },
	{ 'T', SB_OPS, K8S, "Fail over to the second region in a rehearsal" },
	{ 'S', SB_OPS, MON, "As the person on call I can fail over with one command" },
	{ 'E', SB_SHOP, MOB, "The shop on the phone" },
	{ 'S', SB_SHOP, MOB, "As a customer I can pay with the wallet of my phone" },
	{ 'T', SB_SHOP, MOB, "Load pictures in the size of the screen" },
	{ 'B', SB_SHOP, MOB, "Keyboard covers the field for the security code" },
	{ 'S', SB_SHOP, MOB, "As a customer I can scan a barcode in the store and see reviews" },
	{ 'B', SB_SHOP, MOB, "Menu can't be closed in landscape" },
	{ 'T', SB_SHOP, MOB, "Bring the start page below 200 kB" },
	{ 'B', SB_SHOP, MOB, "Product gallery jumps back to the first picture after zooming" },
	{ 'S', SB_SHOP, MOB, "As a customer I get a notification when my parcel is out for delivery" },
	{ 'T', SB_SHOP, MOB, "Test the ten most used phones in the device lab" },
	{ 'B', SB_SHOP, MOB, "Size table is wider than the screen" },
	{ 'B', SB_SHOP, MOB, "Back button leaves the shop from the basket" },
	{ 'E', SB_OPS, CI, "Deployments in ten minutes" },
	{ 'T', SB_OPS, CI, "Measure where a deployment spends its time" },
	{ 'T', SB_OPS, CI, "Cache dependencies between builds" },
	{ 'S', SB_OPS, CI, "As a developer I can deploy my branch to a preview" },
	{ 'B', SB_OPS, CI, "Preview of a branch with a slash in its name fails" },
	{ 'T', SB_OPS, CI, "Run the browser tests in parallel" },
	{ 'B', SB_OPS, CI, "Deployment reports success although pods crash" },
	{ 'S', SB_OPS, CI, "As a developer I can take a deployment back within a minute" },
	{ 'T', SB_OPS, CI, "Sign images and refuse unsigned ones" },
	{ 'B', SB_OPS, CI, "Flaky test in the payment suite blocks every third build" },
	{ 'T', SB_OPS, CI, "Update the build runners to Debian 12" },
	{ 'b', SB_OPS, K8S, "Node pool does not shrink at night" },
	{ 't', SB_OPS, DB, "Restore test of the quarter" },
	{ 't', SB_SHOP, ACC, "Delete accounts unused for three years" },
	{ 'E', SB_SHOP, ACC, "Wish lists" },
	{ 'S', SB_SHOP, ACC, "As a customer I can put a product on a wish list" },
	{ 'S', SB_SHOP, ACC, "As a customer I can share my wish list by link" },
	{ 'T', SB_SHOP, ACC, "Design of the wish list page" },
	{ 'S', SB_SHOP, ACC, "As a customer I am told when something on my list gets cheaper" },
	{ 'T', SB_SHOP, ACC, "Keep wish lists of guests in the browser" },
	{ 'B', SB_SHOP, ACC, "Heart icon stays empty after adding a product" },
	{ 'T', SB_SHOP, ACC, "Count additions per product for the buyers" },
	{ 'S', SB_SHOP, ACC, "As a friend I can mark an item as bought without the owner seeing it" },
	{ 'T', SB_SHOP, ACC, "Include wish lists in the data export" },
	{ 'E', SB_OPS, NET, "No password left in a file" },
	{ 'T', SB_OPS, K8S, "List secrets in repositories and who owns them" },
	{ 'T', SB_OPS, K8S, "Install the secret store in both clusters" },
	{ 'S', SB_OPS, K8S, "As a developer I get short-lived database credentials" },
	{ 'T', SB_OPS, DB, "Rotate the password of the orders database every night" },
	{ 'B', SB_OPS, NET, "VPN accepts certificates of people who left" },
	{ 'T', SB_OPS, CI, "Fail the build when a secret is committed" },
	{ 'T', SB_OPS, NET, "Replace shared accounts at the DNS provider" },
	{ 'B', SB_OPS, K8S, "Secret store does not start while the network policy is loading" },
	{ 'T', SB_OPS, MON, "Log who reads which secret" },
	{ 'E', SB_SHOP, CAT, "Prices and stock in real time" },
	{ 'T', SB_SHOP, CAT, "Read stock events from the warehouse" },
	{ 'S', SB_SHOP, CAT, "As a customer I see how many are left in my size" },
	{ 'B', SB_SHOP, CAT, "Sold-out products can be put into the basket" },
	{ 'T', SB_SHOP, CAT, "Price changes at midnight of the market, not of the server" },
	{ 'S', SB_SHOP, CAT, "As a customer I can be told when my size is back" },
	{ 'B', SB_SHOP, CAT, "Discount of bundles is applied twice" },
	{ 'T', SB_SHOP, CAT, "Show the lowest price of the last 30 days, as the law wants" },
	{ 'B', SB_SHOP, CAT, "Stock is negative after returns in the store" },
	{ 'S', SB_SHOP, CAT, "As a buyer I can schedule a sale for several markets" },
	{ 'T', SB_SHOP, CAT, "Cache product pages for one minute" },
	{ 'B', SB_SHOP, PAY, "Rounding differs between basket and invoice" },
	{ 'b', SB_SHOP, PAY, "Checkout returns 502 when the address service is slow" },
	{ 'b', SB_OPS, NET, "CDN keeps serving the old start page after a deployment" },
	{ 't', SB_OPS, MON, "Prepare the on-call handover for December" },
	{ 't', SB_SHOP, CAT, "Check product texts of the spring collection" },
	{ 'b', SB_SHOP, FIND, "Search suggestions show products that are not sold in the market" },
	{ 's', SB_SHOP, ACC, "As a customer I can see all my invoices in one place" },
	{ 't', SB_OPS, K8S, "Upgrade Kubernetes to the next minor version" },
};
const size_t sb_work_count = LEN(sb_works);

const struct sb_words sb_descriptions[] = {
	{ 'E', "h2. Why\nWe lose time and money with %s as it is today. This epic brings the change in small steps that can each be "
	    "released on their own.\n\nh2. Not part of it\n* a new provider\n* anything that customers would notice as a break\n\n"
	    "h2. Done when\n# every child is done\n# the old way is switched off\n# the runbook is up to date" },
	{ 'E', "The plan was agreed with everybody concerned in the quarterly meeting. *Goal:* fewer surprises in %s, measured by the "
	    "number of tickets from support.\n\nSee [the plan|https://wiki.halden.example/plans] for the details." },
	{ 'S', "We asked twelve customers and nine of them stumbled here. The first version may be simple.\n\n"
	    "* no new service: it belongs into %s\n* works without JavaScript\n* texts in all languages of the market\n\n"
	    "Design: [sketch|https://wiki.halden.example/sketches]" },
	{ 'S', "*Background:* support gets about forty questions a week about this.\n\n*Idea:* let people do it themselves, in %s, with one "
	    "click and without a form.\n\nOpen question: do we need it in France from the start?" },
	{ 'S', "This is the smallest useful step. Everything else (settings, statistics, e-mails) comes later, if at all.\n\n"
	    "h3. Notes\nThe interface of %s already has what we need: {{GET /v2/items?since=}} returns changes only." },
	{ 'T', "# Write down how %s does it today\n# Change it on staging\n# Leave it there for three days\n# Change it in production, outside "
	    "of the evening peak\n\nRoll back with {{git revert}}, there is no data to convert." },
	{ 'T', "Small, but it has been postponed four times. The configuration of %s is in the repository:\n\n{code:yaml}\nretention:\n  logs: 30d\n"
	    "  traces: 7d\n{code}\n\nPlease add a line to the change log when it is live." },
	{ 'T', "Agreed in the team meeting. Nobody outside the team should notice; if they do, it went wrong. %s is read-only for less than a "
	    "minute." },
	{ 'B', "h3. What happens\nIt goes wrong in about one of fifty cases, more often in the evening. The log of %s says:\n\n"
	    "{code}\nERROR upstream timed out (110: Connection timed out) while reading response header\n{code}\n\n"
	    "h3. How to see it\n# Open the page in a private window\n# Wait for a minute\n# Continue\n\nh3. What should happen\n"
	    "It works, or it says why it does not." },
	{ 'B', "Reported by support with three examples this week, first seen after the last release. %s returns {{200}} although nothing was "
	    "stored.\n\nbq. I tried it four times and then ordered elsewhere.\n\nA workaround is to reload the page." },
	{ 'B', "Happens always on staging and sometimes in production. It did not happen before the last change in %s.\n\n"
	    "*Expected:* as described in the runbook.\n*Actual:* see the summary." },
};
const size_t sb_description_count = LEN(sb_descriptions);

const struct sb_words sb_remarks[] = {
	{ 'S', "I had a look: two days, most of it for tests. Can start on Monday." },
	{ 'S', "Design is ready, see the link in the description. Please shout if something is missing." },
	{ 'S', "Could we leave France out of the first version? The texts are not translated yet." },
	{ 'S', "We talked about it in the meeting: yes, but *without* the extra settings page." },
	{ 'S', "First version is on staging. Known gaps:\n* no Swedish texts\n* slow with more than 500 entries" },
	{ 'S', "Waiting for an answer from the warehouse. They promised it for tomorrow." },
	{ 'S', "This is bigger than we thought. I made sub-tasks, please estimate again." },
	{ 'S', "Review is open. The interesting part is {{retry.go}}, the rest is moving code." },
	{ 'S', "Needs the change in the other project first, I linked it." },
	{ 'S', "Is this still wanted? Nobody asked for three weeks." },
	{ 'B', "I can reproduce it with the steps above, on staging as well." },
	{ 'B', "Happened again last night at 02:14, same message in the log." },
	{ 'B', "It is a race: the cache is filled before the transaction is committed.\n\n{code}\nBEGIN; UPDATE ...; -- cache filled here\nCOMMIT;\n{code}" },
	{ 'B', "Not the last release, the one before: I can see it with {{3.6.0}} too." },
	{ 'B', "Three more customers called today. Can we raise the priority?" },
	{ 'B', "I could not reproduce it on my machine, with production data it is easy." },
	{ 'B', "Workaround for support: clear the basket and add the product again." },
	{ 'D', "Live since this morning, the graphs look good." },
	{ 'D', "Checked on staging and in production. Thanks!" },
	{ 'D', "Merged and deployed. I'll watch it over the weekend." },
	{ 'D', "Works for me now. Closing." },
};
const size_t sb_remark_count = LEN(sb_remarks);

const char *const sb_subtask_words[] = {
	"Write the tests first", "Update the runbook", "Ask the owners of the data", "Change it on staging", "Add a metric and a graph",
	"Translate the texts", "Review with the security team", "Migrate existing records", "Remove the feature flag", "Tell support",
};
const size_t sb_subtask_word_count = LEN(sb_subtask_words);

const char *const sb_label_words[] = {
	"quick-win", "tech-debt", "customer-reported", "security", "performance", "needs-design", "black-friday", "legal",
};
const size_t sb_label_word_count = LEN(sb_label_words);
