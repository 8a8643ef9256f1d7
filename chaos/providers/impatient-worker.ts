// The worker as it is, but for how long it waits before it asks a person: first that, then the worker.
import './impatience';
import '../../worker/main';
