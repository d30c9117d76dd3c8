package org.seqlm.job.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.seqlm.registry.Change;
import org.seqlm.registry.Registry;

/**
 * What {@code models promote} and {@code rollback} did.
 *
 * @param changed false if it was done already, or the champion stays
 * @param champion that there is now
 * @param before the champion before; 0 for none
 * @param folder of the champion's model, wherever a model's path is taken
 * @param examples by which it was decided; null where it was not by any
 */
record ModelsDecisionResult(
    String registry,
    boolean changed,
    int champion,
    int before,
    String folder,
    @JsonInclude(JsonInclude.Include.NON_NULL) ExampleContest.Result examples) {

  static ModelsDecisionResult of(Registry registry, Change change) {
    int champion = change.after().champion();
    return new ModelsDecisionResult(
        registry.name(),
        change.committed() && champion != change.before().champion(),
        champion,
        change.before().champion(),
        registry.modelFolder(change.after().version(champion)),
        null);
  }

  /** The same as decided by examples. */
  ModelsDecisionResult by(ExampleContest.Result found) {
    return new ModelsDecisionResult(registry, changed, champion, before, folder, found);
  }

  /** The line for people. */
  String told() {
    if (examples != null && !examples.isBetter()) {
      return "version "
          + champion
          + " stays the champion of "
          + registry
          + (examples.isTested() ? "" : "; the other keeps its status, as it was not tested")
          + "\n"
          + examples.figures()
          + "\n"
          + String.join("\n", examples.reasons());
    }
    if (!changed) {
      return "version " + champion + " is the champion already: nothing was changed";
    }
    return "version "
        + champion
        + " is the champion of "
        + registry
        + (before == 0 ? "" : ", in the place of version " + before)
        + "\nmodel   "
        + folder
        + (examples == null
            ? ""
            : "\n" + examples.figures() + "\n" + String.join("\n", examples.reasons()));
  }
}
