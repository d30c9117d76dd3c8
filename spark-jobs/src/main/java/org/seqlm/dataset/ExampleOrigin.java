package org.seqlm.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which built-in example examples are of, whose best possible score is known.
 *
 * @param kind as {@code seqlm example --kind} has it
 * @param description one line about it; null if it has none
 * @param floor what its {@code floor.json} holds, {@code metric} and {@code floor} among it; null
 *     if it has none
 */
public record ExampleOrigin(
    String kind,
    @JsonInclude(JsonInclude.Include.NON_NULL) String description,
    @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode floor) {}
