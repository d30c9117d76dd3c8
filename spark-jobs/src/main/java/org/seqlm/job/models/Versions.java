package org.seqlm.job.models;

import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Figure;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.VersionDraft;
import org.seqlm.registry.Words;

/** How commands name versions and tell of them. */
final class Versions {
  private Versions() {}

  /**
   * A version by its number.
   *
   * @param number 0 for the champion
   * @throws UserException with exit code 2 if there is none
   */
  static ModelVersion named(RegistryState state, int number, String registry) {
    if (number == 0 && state.champion() == 0) {
      throw UserException.configuration(
          registry + " has no champion: give the number of a version");
    }
    return state.version(number == 0 ? state.champion() : number);
  }

  /** Whom a version was trained from. */
  static String parent(ModelVersion version) {
    if (version.parent() != 0) {
      return "version " + version.parent();
    }
    return version.inputs().containsKey(VersionDraft.START)
        ? "a model that this registry does not have"
        : "none";
  }

  /** A figure with as many digits as are of use. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  /** Which way a figure is better, the end of a line. */
  static String better(Figure figure) {
    return figure.better() == Figure.Better.NEITHER
        ? ""
        : " (" + Words.of(figure.better()) + " is better)";
  }

  /** A decision in a line, without its version. */
  static String told(Decision decision) {
    StringBuilder text = new StringBuilder(Words.of(decision.what()));
    boolean crowns = decision.what() == Outcome.PROMOTED || decision.what() == Outcome.ROLLED_BACK;
    if (decision.what() == Outcome.ROLLED_BACK) {
      text.append(" to");
    }
    if (crowns && decision.champion() != 0) {
      text.append(decision.what() == Outcome.PROMOTED ? ", in the place of " : " from ")
          .append("version ")
          .append(decision.champion());
    }
    text.append(decision.by() == Decider.USER ? ", by a user" : ", by the night");
    if (decision.night() != null) {
      text.append(' ').append(decision.night());
    }
    if (!decision.reasons().isEmpty()) {
      text.append(": ").append(String.join("; ", decision.reasons()));
    }
    return text.toString();
  }
}
