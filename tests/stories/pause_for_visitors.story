A pause while the grandchildren are there
=========================================
With a full house, movement says nothing about Mme Martin, so the family pauses the questions. Movement does not end a
pause; its time does. The button works all the while.

    [[silence]]
    name = "jour"
    longest = "2h"
    between = "08:00-22:00"

10:00     somebody walks through "cuisine"
          -> the next alert would be at 12:10

10:30     Marie sets pause for 6h
          -> the state is paused
          -> no alert would come

13:00     somebody walks through "cuisine"
          -> the state is paused

16:29     nothing
          -> nobody gets anything

16:30     nothing
          -> the state is ok
          -> nobody gets anything
