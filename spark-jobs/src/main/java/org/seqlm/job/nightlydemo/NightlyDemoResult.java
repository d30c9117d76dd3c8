package org.seqlm.job.nightlydemo;

import java.util.List;

/**
 * What a demo shows.
 *
 * @param nights by number
 * @param promises what was promised of them, and whether it held
 * @param registry of the models
 * @param folder of the nights' datasets, runs and pages
 * @param config with which {@code retrain} goes on
 * @param next the date of the night after the last
 * @param seconds of all nights
 */
record NightlyDemoResult(
    List<DemoNight> nights,
    List<Promises.Promise> promises,
    String registry,
    String folder,
    String config,
    String next,
    double seconds) {}
