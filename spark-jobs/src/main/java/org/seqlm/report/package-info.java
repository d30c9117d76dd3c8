/**
 * What jobs measure, and the report: a self-contained HTML page of it. The page is a function of
 * {@link org.seqlm.report.ReportModel}, which knows no folders.
 */
package org.seqlm.report;
