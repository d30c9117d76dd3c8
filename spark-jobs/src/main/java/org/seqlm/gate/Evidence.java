package org.seqlm.gate;

/**
 * What a challenger that was almost good enough takes into its next night. Its capital goes on from
 * where it ended, and is compared with 1 / the share of the night when it began: capital over
 * several nights is one supermartingale as long as each night's documents are fresh, so that its
 * error is still that one share, and the nights after the first cost nothing. It is evidence
 * against "on each of its nights the gain over this champion was at most the margin", and void
 * against another champion.
 *
 * @param champion it was tested against
 * @param challenger whose it is
 * @param year of the budget in which it began
 * @param share of the night when it began
 * @param logCapital natural logarithm of the capital at the end of its last night
 * @param nights it was tested in
 * @param documents it was tested on
 */
public record Evidence(
    String champion,
    String challenger,
    int year,
    double share,
    double logCapital,
    int nights,
    long documents) {}
