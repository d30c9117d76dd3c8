package org.seqlm.job.report;

import java.util.List;

/**
 * What {@code report} wrote.
 *
 * @param output the page
 * @param bytes of it
 * @param artifacts it tells of, by name
 * @param notes what could not be shown and why, and which runs are not finished or diverged
 */
record ReportResult(String output, long bytes, List<String> artifacts, List<String> notes) {}
