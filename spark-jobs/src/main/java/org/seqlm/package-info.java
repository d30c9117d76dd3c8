/**
 * SeqLM: what every package may use: exit codes, the exception of a user's mistake, checks of
 * configuration values.
 */
package org.seqlm;
