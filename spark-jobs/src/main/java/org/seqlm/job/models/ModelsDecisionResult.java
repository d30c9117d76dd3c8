package org.seqlm.job.models;

import org.seqlm.registry.Change;
import org.seqlm.registry.Registry;

/**
 * What {@code models promote} and {@code rollback} did.
 *
 * @param changed false if it was done already
 * @param champion that there is now
 * @param before the champion before; 0 for none
 * @param folder of the champion's model, wherever a model's path is taken
 */
record ModelsDecisionResult(
    String registry, boolean changed, int champion, int before, String folder) {

  static ModelsDecisionResult of(Registry registry, Change change) {
    int champion = change.after().champion();
    return new ModelsDecisionResult(
        registry.name(),
        change.committed(),
        champion,
        change.before().champion(),
        registry.modelFolder(change.after().version(champion)));
  }

  /** The line for people. */
  String told() {
    if (!changed) {
      return "version " + champion + " is the champion already: nothing was changed";
    }
    return "version "
        + champion
        + " is the champion of "
        + registry
        + (before == 0 ? "" : ", in the place of version " + before)
        + "\nmodel   "
        + folder;
  }
}
