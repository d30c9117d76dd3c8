/**
 * How a run is watched from outside: its figures go in as jobs come to them (`Figures`), and
 * Spark's metrics system tells them to whoever scrapes it; jobs get the names and the lines of logs
 * the fields by which their run is found.
 */
package org.seqlm.spark.watch;
