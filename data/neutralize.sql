-- A copy of a database must not touch a live shop.
UPDATE storefront_backend SET state = 'draft', connected_database = NULL;
DELETE FROM storefront_token;
DELETE FROM storefront_secret;
UPDATE queue_job SET state = 'cancelled'
 WHERE model_name = 'storefront.backend'
   AND state IN ('pending', 'enqueued', 'started', 'wait_dependencies');
