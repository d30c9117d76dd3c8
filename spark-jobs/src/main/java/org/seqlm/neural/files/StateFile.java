package org.seqlm.neural.files;

import java.io.Serializable;

/**
 * Where a worker's state after a round lies.
 *
 * @param path below the folder of the states
 * @param sha256 of its content
 */
public record StateFile(String path, String sha256) implements Serializable {}
