/**
 * The trend page: what became of a registry's nights, one after the other. A {@link
 * org.seqlm.report.trend.Trend} goes in, rows by time and the champion's line; a page like the
 * report's comes out, with a chart for each figure that at least two nights have.
 */
package org.seqlm.report.trend;
