-- What tidegauge may do on the warehouse: read one data set. BigQuery.
--
-- NOT RUN: no BigQuery was at hand, and nothing else reads its words. tests/deploy/test_grants.py only looks that it
-- grants reading and nothing more. tidegauge has no engine for it yet: it reads Parquet that is exported to gs://. Put
-- your names in the place of `ml` and the account.
GRANT `roles/bigquery.dataViewer` ON SCHEMA `ml` TO 'serviceAccount:tidegauge@my-project.iam.gserviceaccount.com';
-- The right to run statements belongs to a project, not to a data set, and has no form in SQL:
--   gcloud projects add-iam-policy-binding my-project --role roles/bigquery.jobUser \
--     --member serviceAccount:tidegauge@my-project.iam.gserviceaccount.com
-- The end of a statement, for all of the project's; a single one may set less, and none may set more bytes than its
-- quota: set "Query usage per day per user" for the account under IAM & Admin, Quotas. A cap on rows there is none.
ALTER PROJECT `my-project` SET OPTIONS (`region-eu.default_query_job_timeout_ms` = 600000);
