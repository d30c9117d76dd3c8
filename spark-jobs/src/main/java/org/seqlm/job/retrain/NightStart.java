package org.seqlm.job.retrain;

import java.io.IOException;
import java.time.LocalDate;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.night.NightListing;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.NightPlanner;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;

/**
 * What is known before anything is read.
 *
 * @param registry of the models
 * @param state of it
 * @param before what the champion's nights took
 * @param planner of this night
 */
record NightStart(
    Registry registry, RegistryState state, NightRecord before, NightPlanner planner) {

  static NightStart of(Registry registry, RetrainConfig config, LocalDate night)
      throws IOException {
    RegistryState state = registry.state();
    NightRecord before = NightRecord.of(registry, state.champion());
    return new NightStart(
        registry, state, before, new NightPlanner(config.night(), before.seen(), night));
  }

  /** The number of the champion; 0 for none. */
  int champion() {
    return state.champion();
  }

  /** The folder of the champion's counts, of all of its line; null if it has none. */
  String counts() throws IOException {
    return champion() == 0 ? null : registry.artifactFolder(champion(), Role.COUNTS).orElse(null);
  }

  /**
   * What there is to take.
   *
   * @param today in UTC
   * @throws org.seqlm.UserException with exit code 3 if a policy refuses what came in
   */
  NightPlan plan(RetrainConfig config, Configuration hadoop, LocalDate today) throws IOException {
    return plan(planner, config, hadoop, today);
  }

  /** The same where there is no registry yet. */
  static NightPlan plan(
      NightPlanner planner, RetrainConfig config, Configuration hadoop, LocalDate today)
      throws IOException {
    NightPlan plan =
        planner.plan(NightListing.of(hadoop, config.input(), config.night().partitionKey()));
    return planner.asOf(plan, today).orRefuse();
  }

  /** Whether anything that is held out of the text may be evidence; all is where none is needed. */
  boolean hasFresh(NightPlan plan) {
    return champion() == 0
        || !FreshText.fresh(plan.take(), FreshText.spoken(state, plan.night())).isEmpty();
  }
}
