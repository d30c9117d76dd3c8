/**
 * What an analysis of a corpus leaves: tables of typed columns as Parquet or TSV, written whole by
 * the driver or a file a task, and beside them what people read of it: facts, charts, the first
 * rows of each table, and footnotes that name the measures ({@link
 * org.seqlm.analysis.AnalysisDetails}).
 */
package org.seqlm.analysis;
