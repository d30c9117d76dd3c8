/**
 * The report: one self-contained HTML page of what jobs measured. The page is a function of {@link
 * org.seqlm.report.ReportModel}, which knows no folders. {@link org.seqlm.report.HtmlReport} puts
 * its sections in order; each makes of its part of the model the values of the template of the same
 * name, draws with the page's {@code Charts}, and calls models as its {@code Legend} does.
 */
package org.seqlm.report;
