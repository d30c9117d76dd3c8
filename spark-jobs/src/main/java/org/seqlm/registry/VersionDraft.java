package org.seqlm.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;

/**
 * A version that is to be added; see {@link RunDraft} for that of a run. Each method gives a new
 * draft.
 *
 * @param model its files, an artifact of a neural model
 * @param name for people
 * @param night that made it; null if none did
 * @param parent the version that it was trained from, 0 for none of this registry's; null to find
 *     it by the fingerprint of what the training started from
 * @param trainedOn the input that its training was told
 * @param figures by which versions are compared, by name
 * @param documents the bytes of files, by role
 * @param copies artifacts to copy into the registry, by role
 * @param references artifacts to write down, by role
 */
public record VersionDraft(
    ArtifactReader model,
    String name,
    String night,
    Integer parent,
    String trainedOn,
    Map<String, Figure> figures,
    Map<Role, byte[]> documents,
    Map<Role, ArtifactReader> copies,
    Map<Role, ArtifactReader> references) {

  /** The name of what a training started from, among the fingerprints of its inputs. */
  public static final String START = "start-from";

  public VersionDraft {
    figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    documents = Map.copyOf(documents);
    copies = Map.copyOf(copies);
    references = Map.copyOf(references);
    if (model.manifest().kind() != ArtifactKind.MODEL) {
      throw UserException.data(
          model.name()
              + " is of kind "
              + model.manifest().kind().shown()
              + ", but a registry takes neural models: give a run (seqlm train), or the model in"
              + " it");
    }
    new Problems()
        .present("name", name, "say what it is")
        .require(
            night == null || Grounds.isNight(night), night == null ? "" : Grounds.problem(night))
        .throwIfAny();
  }

  /**
   * A model and nothing else.
   *
   * @param name for people
   */
  public static VersionDraft of(ArtifactReader model, String name) {
    return new VersionDraft(model, name, null, null, "", Map.of(), Map.of(), Map.of(), Map.of());
  }

  /** The same under another name. */
  public VersionDraft named(String other) {
    return new VersionDraft(
        model, other, night, parent, trainedOn, figures, documents, copies, references);
  }

  /** The same as made by a night. */
  public VersionDraft byNight(String oneNight) {
    return new VersionDraft(
        model, name, oneNight, parent, trainedOn, figures, documents, copies, references);
  }

  /** The same trained from a version of the registry; 0 for none. */
  public VersionDraft from(int version) {
    return new VersionDraft(
        model, name, night, version, trainedOn, figures, documents, copies, references);
  }

  /** The same trained on an input, as the training was told. */
  public VersionDraft trainedOn(String input) {
    return new VersionDraft(
        model, name, night, parent, input, figures, documents, copies, references);
  }

  /** The same with a figure, in the place of one of its name. */
  public VersionDraft figure(String figure, double value, Figure.Better better) {
    Map<String, Figure> all = new TreeMap<>(figures);
    all.put(figure, new Figure(value, better));
    return new VersionDraft(
        model, name, night, parent, trainedOn, all, documents, copies, references);
  }

  /** The same with a file, in the place of one of its role. */
  public VersionDraft document(Role role, byte[] content) {
    if (!role.isDocument()) {
      throw new IllegalArgumentException(role + " is no file but an artifact");
    }
    Map<Role, byte[]> all = new EnumMap<>(Role.class);
    all.putAll(documents);
    all.put(role, content.clone());
    return new VersionDraft(
        model, name, night, parent, trainedOn, figures, all, copies, references);
  }

  /** The same with a file of text. */
  public VersionDraft document(Role role, String text) {
    return document(role, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a copy of an artifact. */
  public VersionDraft copy(Role role, ArtifactReader artifact) {
    return new VersionDraft(
        model,
        name,
        night,
        parent,
        trainedOn,
        figures,
        documents,
        with(copies, role, artifact),
        without(references, role));
  }

  /** The same with an artifact that stays where it is. */
  public VersionDraft reference(Role role, ArtifactReader artifact) {
    return new VersionDraft(
        model,
        name,
        night,
        parent,
        trainedOn,
        figures,
        documents,
        without(copies, role),
        with(references, role, artifact));
  }

  private static Map<Role, ArtifactReader> with(
      Map<Role, ArtifactReader> some, Role role, ArtifactReader artifact) {
    ArtifactKind wanted = ArtifactKind.NGRAMS;
    if (role.isDocument()) {
      throw new IllegalArgumentException(role + " is a file and no artifact");
    }
    if (artifact.manifest().kind() != wanted) {
      throw UserException.data(
          artifact.name()
              + " is of kind "
              + artifact.manifest().kind().shown()
              + ", but "
              + Words.of(role)
              + " are of kind "
              + Json.name(wanted)
              + ": give a folder of seqlm ngrams or counts");
    }
    Map<Role, ArtifactReader> all = new EnumMap<>(Role.class);
    all.putAll(some);
    all.put(role, artifact);
    return all;
  }

  private static Map<Role, ArtifactReader> without(Map<Role, ArtifactReader> some, Role role) {
    Map<Role, ArtifactReader> all = new EnumMap<>(Role.class);
    all.putAll(some);
    all.remove(role);
    return all;
  }

  /** The model's fingerprint. */
  String fingerprint() {
    return model.manifest().fingerprint();
  }

  /** Its parent in a registry. */
  int parent(RegistryState state) {
    if (parent != null) {
      return parent == 0 ? 0 : state.version(parent).number();
    }
    String start = model.manifest().inputs().get(START);
    List<ModelVersion> same = new ArrayList<>();
    for (ModelVersion one : state.versions()) {
      if (one.fingerprint().equals(start)) {
        same.add(one);
      }
    }
    return same.isEmpty() ? 0 : same.get(same.size() - 1).number();
  }
}
