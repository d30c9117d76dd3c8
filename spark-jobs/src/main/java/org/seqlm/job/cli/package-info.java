/**
 * What all commands share: parsing, configuration (flag over {@code --set} over file over default;
 * {@link org.seqlm.job.cli.ConfigLoader}), the session, progress, files checked before any work,
 * and what a failure becomes: one line and an exit code ({@link org.seqlm.job.cli.Failures}).
 */
package org.seqlm.job.cli;
