/**
 * What every page of ours is made of: numbers as people read them, charts with the tables of their
 * numbers, and one HTML file with style, script and chart library inside. Values of a template and
 * {@code Charts} go in, a page that loads nothing comes out ({@link org.seqlm.report.page.Page}).
 */
package org.seqlm.report.page;
