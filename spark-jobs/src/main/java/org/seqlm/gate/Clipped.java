package org.seqlm.gate;

/**
 * What clipping took. The mean with clipping is {@code mean − gainsTaken + lossesTaken}.
 *
 * @param mean gain without clipping, bits a character
 * @param clippedMean gain with it
 * @param gains clusters whose gain was cut
 * @param losses clusters whose loss was cut
 * @param gainsTaken bits a character that cutting gains took from the mean; at least 0
 * @param lossesTaken bits a character that cutting losses gave to it; at least 0
 */
public record Clipped(
    double mean,
    double clippedMean,
    long gains,
    long losses,
    double gainsTaken,
    double lossesTaken) {}
