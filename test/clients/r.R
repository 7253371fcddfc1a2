# survival, DBI and read.csv on the example; started by test/clients/r.
suppressPackageStartupMessages({ library(survival); library(DBI); library(RPostgreSQL) })

check <- function(what, got, expected) {
	if (isTRUE(all.equal(got, expected, check.attributes = FALSE))) {
		cat("ok - ", what, "\n", sep = "")
	} else {
		cat("not ok - ", what, "\n    expected: ", deparse(expected), "\n    got:      ", deparse(got), "\n", sep = "")
	}
}

db <- dbConnect(PostgreSQL(), host = Sys.getenv("PGHOST"), port = as.integer(Sys.getenv("PGPORT")), dbname = Sys.getenv("PGDATABASE"),
                user = Sys.getenv("PGUSER"), password = Sys.getenv("PGPASSWORD"))
ask <- function(query) dbGetQuery(db, query)

stays <- read.csv("stay_interval2.csv")
check("every run is there", nrow(stays), as.integer(ask("SELECT count(*)::int FROM syria_illustrated.presence")[1, 1]))
from_server <- ask("SELECT days_left, days_right FROM syria_illustrated.stay_interval2 ORDER BY presence_id")
check("CSV and DBI agree, NA for what is not known", stays[c("days_left", "days_right")], from_server)
check("no stay of 0 or infinite days, none that ends before it begins", any(stays$days_left <= 0, is.infinite(c(stays$days_left, stays$days_right)),
      stays$days_left > stays$days_right, na.rm = TRUE), FALSE)

# R's codes: 0 right-censored, 2 left-censored, 3 interval; NA: nothing is known
as_r_reads <- function(stays) {
	lasted <- Surv(stays$days_left, stays$days_right, type = "interval2")
	code <- lasted[, "status"]
	code[is.na(lasted)] <- NA
	as.integer(code)
}
as_evidence_has <- function(ledger) {
	ask(paste0("SELECT CASE WHEN not_seen_at IS NOT NULL AND gone_by IS NOT NULL THEN
	                       CASE WHEN first_seen < last_seen THEN 3 ELSE 2 END
	                   WHEN first_seen < last_seen THEN 0 END AS code
	            FROM ", ledger, ".presence_flat ORDER BY presence_id"))$code
}
code <- as_r_reads(stays)
check("R reads each run as the evidence has it", code, as.integer(as_evidence_has("syria_illustrated")))
fit <- survfit(Surv(days_left, days_right, type = "interval2") ~ 1, data = stays)
check("survfit() takes all of which anything is known", c(fit$n, anyNA(code)), c(sum(!is.na(code)), TRUE))

suez <- read.csv("suez.csv")
code <- as_r_reads(suez)
check("off Suez too", code, as.integer(as_evidence_has("suez")))
check("where each kind occurs", sort(unique(code[!is.na(code)])), c(0L, 2L, 3L))
fit <- survfit(Surv(days_left, days_right, type = "interval2") ~ 1, data = suez)
# a stay is longer than its lower end and no longer than its upper end, so the curve lies between those of the ends
known <- suez[!is.na(code), ]
least <- ifelse(is.na(known$days_left), 0, known$days_left)
most <- ifelse(is.na(known$days_right), Inf, known$days_right)
bounded <- sapply(c(0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8), function(t) {
	s <- summary(fit, times = t, extend = TRUE)$surv
	mean(least > t) - 1e-6 <= s && s <= mean(most > t) + 1e-6
})
check("survival lies between what the ends allow", all(bounded), TRUE)
check("and is told by the intervals, not by the censored alone", 0 < summary(fit, times = 1)$surv && summary(fit, times = 1)$surv < 1, TRUE)
warned <- FALSE
weibull <- withCallingHandlers(survreg(Surv(days_left, days_right, type = "interval2") ~ 1, data = suez, dist = "weibull"),
                               warning = function(w) warned <<- TRUE)
check("survreg() fits them without a warning", c(is.finite(coef(weibull)[[1]]), warned), c(TRUE, FALSE))

# Darwin Core: the terms as the standard spells them, each occurrence of an event
events <- read.csv("dwc_event.csv", check.names = FALSE)
occurrences <- read.csv("dwc_occurrence.csv", check.names = FALSE)
event_terms <- c("eventID", "eventDate", "locality", "recordedBy", "samplingEffort", "footprintWKT", "decimalLatitude", "decimalLongitude",
                 "geodeticDatum", "targetTaxonomicScope", "isTaxonomicScopeFullyReported", "isAbsenceReported")
occurrence_terms <- c("occurrenceID", "eventID", "basisOfRecord", "verbatimIdentification", "higherClassification", "occurrenceStatus",
                      "individualCount", "organismQuantity", "organismQuantityType", "organismID", "occurrenceRemarks",
                      "decimalLatitude", "decimalLongitude")
check("the terms of events", setdiff(names(events), c("observation_id", "geom")), event_terms)
check("the terms of occurrences", setdiff(names(occurrences), c("occurrence_id", "geom")), occurrence_terms)
check("occurrenceStatus", sort(unique(occurrences$occurrenceStatus)), c("detected", "notDetected"))
both <- merge(occurrences, events, by = "eventID")
check("each occurrence has its event", nrow(both), nrow(occurrences))
missed <- both[both$occurrenceStatus == "notDetected", ]
check("what the two complete looks declared to be absent, and nothing else",
      sort(paste(substr(missed$eventDate, 1, 10), missed$verbatimIdentification, missed$individualCount)),
      sort(c("2024-12-05 An-124 0", "2024-12-05 Il-76 0", "2024-12-20 An-124 0", "2024-12-20 Il-76 0", "2024-12-20 S-400 component 0")))
check("only looks that reported all of a scope say that", unique(paste(missed$isTaxonomicScopeFullyReported, missed$isAbsenceReported)), "t t")
least <- both[substr(both$eventDate, 1, 10) == "2024-12-13" & both$verbatimIdentification == "S-400 component", ]
check("\"at least one\" has no individualCount but a quantity", list(least$individualCount, least$organismQuantity), list(NA_integer_, "1.."))
invisible(dbDisconnect(db))
cat("done\n")
