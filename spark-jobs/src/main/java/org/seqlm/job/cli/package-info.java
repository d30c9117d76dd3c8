/**
 * What all commands share: parsing, configuration (flag over {@code --set} over file over default),
 * the session, progress, files checked before any work, and what a failure becomes: one line and an
 * exit code.
 */
package org.seqlm.job.cli;
