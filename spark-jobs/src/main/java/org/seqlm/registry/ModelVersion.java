package org.seqlm.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.seqlm.artifact.RegistryLayout;

/**
 * A version of a registry. What it is never changes, but for its status.
 *
 * @param number from 1, growing, never used again
 * @param name for people, for instance {@code lstm 1x128}
 * @param created in UTC
 * @param night that made it, as of {@link Grounds}; null if none did. A night makes at most one
 * @param parent the version that it was trained from; 0 for none, or none of this registry's
 * @param fingerprint of the model's manifest
 * @param folder of its files, below the registry's; {@code model} in it is an artifact by itself
 * @param status where it stands
 * @param trainedOn the input that its training was told, as it was told; empty if nobody knows
 * @param inputs fingerprints of what it was trained on, by name
 * @param figures by which it is compared, by name
 * @param attachments at most one a role
 */
public record ModelVersion(
    int number,
    String name,
    String created,
    @JsonInclude(JsonInclude.Include.NON_NULL) String night,
    int parent,
    String fingerprint,
    String folder,
    VersionStatus status,
    String trainedOn,
    Map<String, String> inputs,
    Map<String, Figure> figures,
    List<Attachment> attachments) {

  public ModelVersion {
    Map<String, String> named = new TreeMap<>(NaturalOrder.NAMES);
    named.putAll(inputs);
    inputs = Collections.unmodifiableMap(named);
    figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    attachments = List.copyOf(attachments);
    Instant.parse(created);
    require(number >= 1 && parent >= 0 && parent < number, number, "its parent comes after it");
    require(night == null || Grounds.isNight(night), number, "its night has no such name");
    require(RegistryLayout.isVersion(folder), number, "its folder is no version's: " + folder);
    require(name != null && fingerprint != null && status != null, number, "a part is missing");
    require(
        attachments.stream().map(Attachment::role).distinct().count() == attachments.size(),
        number,
        "a role has two attachments");
  }

  private static void require(boolean holds, int number, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("version " + number + ": " + problem);
    }
  }

  /** The same in another status. */
  ModelVersion with(VersionStatus next) {
    return new ModelVersion(
        number,
        name,
        created,
        night,
        parent,
        fingerprint,
        folder,
        next,
        trainedOn,
        inputs,
        figures,
        attachments);
  }

  /** What is attached in a role. */
  public Optional<Attachment> attachment(Role role) {
    return attachments.stream().filter(one -> one.role() == role).findFirst();
  }

  /** The folder of its model, an artifact, below the registry's. */
  public String model() {
    return folder + "/" + RegistryLayout.MODEL;
  }
}
