/**
 * Parts of the page about networks over examples: what jobs measured goes in, the values of a table
 * come out.
 */
package org.seqlm.report.task;
