package dev.prodigy.mapreduce;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.Phase;
import dev.prodigy.model.RetryCheckpoint.BreakerStanding;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What a resume found on disk.
///
/// @param phase where the job stood
/// @param version of the checkpoint it came from
/// @param cutOff items that were running, in item order; pending again
/// @param deadLetters failed items whose journal record is younger than the checkpoint: their dead
///   letters may have been lost with the process
/// @param captured variables that setup captured
/// @param breakers circuit breakers of the phase and of steps
/// @param events what the event log says already
record RestoredItems(
    ItemTable table,
    Phase phase,
    int version,
    List<ItemState> cutOff,
    Map<ItemId, JournalRecord> deadLetters,
    Map<String, JsonNode> captured,
    Map<String, BreakerStanding> breakers,
    JobEvents events) {}
