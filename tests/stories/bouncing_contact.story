A worn button that bounces
==========================
The contact of an old button closes and opens ten times within a blink. That is one press: neither several, which would
end the warning, nor a long one, which would take the call back.

14:02     the button "salon" bounces
          -> the state is warning
          -> 1 incident is open
          -> nobody gets anything

14:02:09  nothing
          -> the state is warning
          -> nobody gets anything

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> 1 incident is open
