package dev.prodigy.workflow.yaml;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.Parser;

/// Passes events on until they nest too deeply, before anyone recurses over them.
final class DepthLimit implements Parser {

  static final int LEVELS = 100;

  /// Lists or mappings in each other, more than [#LEVELS] deep.
  static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Mark mark;

    TooDeep(Mark mark) {
      super(null, null, false, false);
      this.mark = mark;
    }

    Mark mark() {
      return mark;
    }
  }

  private final Parser events;
  private int depth;
  private boolean aliases;

  DepthLimit(Parser events) {
    this.events = events;
  }

  /// Whether there was one so far. Without any, nothing is deeper or longer than it is written.
  boolean hasAliases() {
    return aliases;
  }

  @Override
  public Event next() {
    Event event = events.next();
    switch (event.getEventId()) {
      case MappingStart, SequenceStart -> {
        if (++depth > LEVELS) {
          throw new TooDeep(event.getStartMark().orElseThrow());
        }
      }
      case MappingEnd, SequenceEnd -> depth--;
      case Alias -> aliases = true;
      default -> {}
    }
    return event;
  }

  @Override
  public boolean hasNext() {
    return events.hasNext();
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return events.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return events.peekEvent();
  }
}
