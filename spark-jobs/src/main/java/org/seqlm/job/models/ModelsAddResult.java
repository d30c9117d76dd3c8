package org.seqlm.job.models;

import org.seqlm.registry.ModelVersion;

/**
 * What {@code models add} did.
 *
 * @param from as it was named
 * @param added false if the model was there already
 * @param version that it is
 * @param folder of its model, wherever a model's path is taken
 */
record ModelsAddResult(
    String registry, String from, boolean added, ModelVersion version, String folder) {}
