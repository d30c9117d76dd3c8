package org.seqlm.job.example;

/** What {@code example} makes. */
enum ExampleKind {
  GRAMMAR,
  ADDITION,
  DATES,
  COPY,
  TAGS,
  SENTIMENT,
  GLYPHS,
  MOTION,
  SERIES
}
