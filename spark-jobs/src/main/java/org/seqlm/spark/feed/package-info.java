/**
 * What trainings read ({@link org.seqlm.spark.feed.Feed}): streams of a text with the tokens in
 * their order, or examples in an order of their own for each pass; in executors, by the plan of a
 * worker's round.
 */
package org.seqlm.spark.feed;
