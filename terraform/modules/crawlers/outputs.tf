output "crawlers" {
  description = "Names of the crawlers in Glue, by their names here."
  value       = { for name, crawler in aws_glue_crawler.crawler : name => crawler.name }
}
